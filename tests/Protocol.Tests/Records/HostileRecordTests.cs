using System.Buffers.Binary;
using System.Text.Json;
using Millrace.Fuzz;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Protocol.Tests.Records;

/// <summary>Bytes that somebody made up: every answer is a value, and what is accepted can be read.</summary>
[Trait("Data", "golden")]
public sealed class HostileRecordTests
{
    private const int Seed = 20_240_117;
    private const int FileBytesMax = 6000;

    public static TheoryData<string> SmallFiles()
    {
        TheoryData<string> files = [];
        foreach (JsonElement line in GoldenRecords.Lines("valid").Concat(GoldenRecords.Lines("corrupt")))
        {
            string file = line.GetProperty("file").GetString()!;
            if (line.GetProperty("size").GetInt32() is > 0 and <= FileBytesMax
                && !file.Contains("bomb", StringComparison.Ordinal))
            {
                files.Add(file);
            }
        }

        return files;
    }

    [SharedTheory]
    [MemberData(nameof(SmallFiles))]
    public void Mutated_bytes_never_throw_and_what_a_leader_accepts_can_be_read(string file)
    {
        byte[] original = GoldenRecords.Bytes(file);
        Random random = new(Seed ^ original.Length);
        for (int round = 0; round < 40; round++)
        {
            byte[] mutated = Mutate(original, random);
            try
            {
                RecordTargets.All(mutated);
                AcceptedMeansReadable(mutated);
            }
            catch (Exception failure) when (failure is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{failure.GetType().Name} in round {round} of {file}: {Convert.ToHexString(mutated)}");
            }
        }
    }

    [SharedTheory]
    [InlineData("v2/gzip-small.bin")]
    [InlineData("v2/snappy-small.bin")]
    [InlineData("v2/lz4-small.bin")]
    [InlineData("v2/zstd-small.bin")]
    [InlineData("v2/headers.bin")]
    [InlineData("legacy/v1-gzip.bin")]
    [InlineData("legacy/v0-lz4.bin")]
    public void A_file_cut_at_any_byte_ends_before_the_cut_batch(string file)
    {
        byte[] bytes = GoldenRecords.Bytes(file);
        for (int length = 0; length < bytes.Length; length++)
        {
            RecordBatches batches = new(bytes.AsSpan(0, length));
            Assert.False(batches.MoveNext());
            Assert.Equal((RecordFault.None, 0), (batches.Fault, batches.Position));
            RecordTargets.All(bytes.AsSpan(0, length));
        }
    }

    [SharedTheory]
    [InlineData("corrupt/bomb-gzip.bin")]
    [InlineData("corrupt/bomb-lz4.bin")]
    [InlineData("corrupt/bomb-zstd.bin")]
    public void A_bomb_takes_no_more_memory_than_the_limit(string file)
    {
        const int Limit = 1024 * 1024;
        RecordBatch batch = new(GoldenRecords.Bytes(file));
        using Decompressor decompressor = new();
        using NativeBuffer target = new();
        CodecFault fault = decompressor.ReadWhole(
            batch.Codec, batch.Magic, batch.Payload, new DecompressionLimits(Limit, int.MaxValue), target,
            out int size);
        Assert.Equal(CodecFault.TooLarge, fault);
        Assert.InRange(size, 1, Limit);
        Assert.InRange(target.Capacity, 1, 2 * Limit);

        fault = decompressor.ReadWhole(
            batch.Codec, batch.Magic, batch.Payload, new DecompressionLimits(long.MaxValue, 20), target, out size);
        Assert.Equal(CodecFault.TooLarge, fault);
        Assert.InRange(size, 1, Math.Max(DecompressionLimits.RatioFree, batch.Payload.Length * 20));
    }

    [SharedTheory]
    [MemberData(nameof(SmallFiles))]
    public void Reading_hostile_bytes_takes_little_managed_memory(string file)
    {
        byte[] bytes = GoldenRecords.Bytes(file);
        RecordTargets.All(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        RecordTargets.All(bytes);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (8L * bytes.Length) + (64 * 1024));
    }

    private static void AcceptedMeansReadable(byte[] bytes)
    {
        using BatchValidator validator = new();
        AppendCheck check = validator.CheckLeaderAppend(bytes, AppendRules.Default, 0, TestBatches.Time);
        if (check.Fault != RecordFault.None || check.ValidBytes == 0 || check.NeedsRewrite)
        {
            return;
        }

        _ = validator.Assign(bytes, check, AppendRules.Default, 5000, 1, TestBatches.Time);
        using BatchDecoder decoder = new(DecompressionLimits.Streaming);
        RecordBatches batches = new(bytes.AsSpan(0, check.ValidBytes));
        long offset = 5000;
        while (batches.MoveNext())
        {
            Assert.Equal(RecordFault.None, batches.Current.Check());
            RecordReader records = decoder.Read(batches.Current);
            while (records.MoveNext())
            {
                Assert.Equal(offset++, records.Current.Offset);
            }

            Assert.Equal(RecordFault.None, records.Fault);
            Assert.Equal(offset, batches.Current.NextOffset);
        }

        Assert.Equal(check.OffsetCount, offset - 5000);
    }

    /// <summary>
    /// A few changes of the kinds that break parsers; half of the results get a right checksum and base offset 0.
    /// </summary>
    private static byte[] Mutate(byte[] original, Random random)
    {
        byte[] bytes = original.AsSpan().ToArray();
        int changes = random.Next(1, 5);
        for (int change = 0; change < changes && bytes.Length > 0; change++)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2 when at + sizeof(int) <= bytes.Length:
                    int[] edges = [0, -1, 1, int.MaxValue, int.MinValue, 0x7fff, 0x10000, bytes.Length];
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), edges[random.Next(edges.Length)]);
                    break;
                case 3:
                    bytes = bytes[..at];
                    break;
                case 4:
                    bytes = [.. bytes[..at], .. bytes[random.Next(at + 1)..]];
                    break;
                default:
                    bytes.AsSpan(at, Math.Min(5, bytes.Length - at)).Fill(0xff);
                    break;
            }
        }

        return random.Next(2) == 0 ? Seal(bytes) : bytes;
    }

    private static byte[] Seal(byte[] bytes)
    {
        if (bytes.Length >= BatchLayout.HeaderSize && bytes[BatchLayout.Magic] == 2)
        {
            BinaryPrimitives.WriteInt64BigEndian(bytes, 0);
            BinaryPrimitives.WriteInt32BigEndian(
                bytes.AsSpan(BatchLayout.Length), bytes.Length - BatchLayout.LogOverhead);
            BatchChecksum.Seal(bytes);
        }

        return bytes;
    }
}
