using System.Buffers.Binary;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Protocol.Tests.Records;

/// <summary>
/// Large records of the usual shape take a short cut through the check of an append. It has to come to the same answers
/// as the reader of records, which has none.
/// </summary>
public sealed class UsualRecordTests : IDisposable
{
    private const int Seed = 31_415;

    private readonly BatchValidator validator = new();
    private readonly BatchDecoder decoder = new(DecompressionLimits.Streaming);

    public void Dispose()
    {
        validator.Dispose();
        decoder.Dispose();
    }

    [Theory]
    [InlineData(16, 1000, 8)]
    [InlineData(64, 64, 0)]
    [InlineData(65, 100, -1)]
    [InlineData(200, 63, 63)]
    [InlineData(3, 8_100, 20)]
    [InlineData(2, 9_000, 5)]
    public void Records_of_one_shape_are_accepted_with_their_largest_timestamp(int count, int valueBytes, int keyBytes)
    {
        byte[] batch = Build(count, _ => valueBytes, _ => keyBytes, index => index % 60);
        AppendCheck check = Check(batch, AppendRules.Default);
        Assert.Equal(RecordFault.None, check.Fault);
        Assert.Equal(TestBatches.Time + Math.Min(count - 1, 59), check.MaxTimestamp);
        Assert.Equal(count, check.OffsetCount);
    }

    [Fact]
    public void Records_of_changing_shape_are_accepted()
    {
        Random random = new(Seed);
        for (int round = 0; round < 200; round++)
        {
            byte[] batch = Build(
                random.Next(1, 80), _ => random.Next(40, 300), _ => random.Next(-1, 70), _ => random.Next(-70, 70));
            Assert.Equal(RecordFault.None, Check(batch, AppendRules.Default).Fault);
            Assert.True(IsReadable(batch));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(15)]
    public void One_record_without_key_among_many_is_found_on_a_compacted_topic(int keyless)
    {
        byte[] batch = Build(16, _ => 500, index => index == keyless ? -1 : 4, index => index);
        AppendCheck check = Check(batch, AppendRules.Default with { RequiresKeys = true });
        Assert.Equal(RecordFault.MissingKey, check.Fault);
        Assert.Equal(keyless, Assert.Single(validator.Rejections).Index);
    }

    [Theory]
    [InlineData(16, 8)]
    [InlineData(5, -1)]
    public void Every_single_byte_of_a_records_frame_that_is_changed_is_judged_as_the_reader_judges_it(
        int count, int keyBytes)
    {
        const int ValueBytes = 90;
        byte[] original = Build(count, _ => ValueBytes, _ => keyBytes, index => index);
        int differences = 0;
        for (int at = BatchLayout.HeaderSize; at < original.Length; at++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                byte[] batch = [.. original];
                batch[at] ^= (byte)(1 << bit);
                BatchChecksum.Seal(batch);
                bool accepted = Check(batch, AppendRules.Default).Fault == RecordFault.None;
                Assert.True(accepted == IsReadable(batch), $"bit {bit} of byte {at}: accepted {accepted}");
                differences += accepted ? 0 : 1;
            }
        }

        Assert.NotEqual(0, differences);
    }

    [Fact]
    public void A_last_record_that_runs_beyond_the_batch_is_refused()
    {
        byte[] whole = Build(16, _ => 1000, _ => 8, index => index);
        for (int missing = 1; missing < 1100; missing += 7)
        {
            byte[] batch = whole[..^missing];
            BinaryPrimitives.WriteInt32BigEndian(
                batch.AsSpan(BatchLayout.Length), batch.Length - BatchLayout.LogOverhead);
            BatchChecksum.Seal(batch);
            Assert.NotEqual(RecordFault.None, Check(batch, AppendRules.Default).Fault);
        }
    }

    private static byte[] Build(int count, Func<int, int> valueBytes, Func<int, int> keyBytes, Func<int, long> delta)
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch());
        for (int index = 0; index < count; index++)
        {
            int key = keyBytes(index);
            builder.Append(
                TestBatches.Time + delta(index),
                key < 0 ? RecordField.Null : RecordField.FromSpan(TestBatches.Text(key, index)),
                RecordField.FromSpan(TestBatches.Text(valueBytes(index), index)));
        }

        return builder.Finish().ToArray();
    }

    private AppendCheck Check(byte[] batch, AppendRules rules) =>
        validator.CheckLeaderAppend(batch, rules, leaderEpoch: 0, TestBatches.Time);

    /// <summary>
    /// Whether every record can be read, has the offset of its place, and a time that the topic takes.
    /// </summary>
    private bool IsReadable(byte[] batch)
    {
        long nextOffset = 0;
        RecordReader records = decoder.Read(new RecordBatch(batch));
        bool inTime = true;
        bool inOrder = true;
        while (records.MoveNext())
        {
            inOrder &= records.Current.Offset == nextOffset++;
            inTime &= records.Current.Timestamp <= TestBatches.Time + AppendRules.Default.TimestampAfterMaxMs;
            foreach (RecordHeader header in records.Current.Headers)
            {
                _ = header.Value.Length;
            }
        }

        return records.Fault == RecordFault.None && inOrder && inTime;
    }
}
