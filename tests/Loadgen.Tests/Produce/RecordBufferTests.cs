using System.Text;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Loadgen.Tests.Produce;

public sealed unsafe class RecordBufferTests
{
    private const int RunId = 4711;

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd:1")]
    public void A_buffer_that_is_used_again_holds_a_whole_new_batch(string codec)
    {
        ProduceSpec spec = new()
        {
            Sizes = RecordSizes.TryParse("30-400")!,
            Keys = KeyChoice.TryParse("uniform:50")!,
            Codec = OptionText.Compression(codec)!.Value,
            BatchBytes = 8192,
        };
        using Filler filler = new(1, spec.ValueBytesMax, 0.5);
        using RecordBuffer buffer = new(new RecordPlan(spec, filler, RunId));
        using Compressor compressor = new();
        Chance chance = new(2);
        ProducerPartition partition = new(3, 0, 0);
        for (int round = 0; round < 20; round++)
        {
            buffer.Begin(partition, round * 1000, 1_700_000_000_000_000_000 + round);
            List<(int Size, long Key)> sent = [];
            while (sent.Count < 500)
            {
                // Every other round has the sizes of the one before up to some place.
                int size = sent.Count < 10 ? 100 : spec.Sizes.Next(ref chance);
                if (!buffer.HasRoom(size, hasKey: true))
                {
                    break;
                }

                long key = spec.Keys.Next(0, ref chance);
                buffer.Append(size, key, 5000 + sent.Count);
                sent.Add((size, key));
            }

            buffer.BaseSequence = 7;
            buffer.Seal(new ProducerIdentity(11, 2, false), compressor);
            Check(new ReadOnlySpan<byte>(buffer.Wire, buffer.WireLength), sent, round * 1000);
        }
    }

    [Fact]
    public void A_record_larger_than_a_batch_has_one_of_its_own()
    {
        ProduceSpec spec = new() { Sizes = RecordSizes.Constant(100_000), BatchBytes = 1000 };
        using Filler filler = new(1, spec.ValueBytesMax, 1);
        using RecordBuffer buffer = new(new RecordPlan(spec, filler, RunId));
        buffer.Begin(new ProducerPartition(0, 0, 0), 0, 1);
        Assert.True(buffer.HasRoom(100_000, false));
        buffer.Append(100_000, -1, 1);
        Assert.False(buffer.HasRoom(1, false));
    }

    [Fact]
    public void Filling_and_sealing_a_batch_allocates_nothing()
    {
        ProduceSpec spec = new() { Codec = new Codec(CompressionCodec.Lz4) };
        using Filler filler = new(1, spec.ValueBytesMax, 1);
        using RecordBuffer buffer = new(new RecordPlan(spec, filler, RunId));
        using Compressor compressor = new();
        ProducerPartition partition = new(0, 0, 0);
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            buffer.Begin(partition, 0, 1);
            while (buffer.HasRoom(1024, false))
            {
                buffer.Append(1024, -1, 1);
            }

            buffer.Seal(ProducerIdentity.None, compressor);
        }));
    }

    private static void Check(ReadOnlySpan<byte> bytes, List<(int Size, long Key)> sent, long firstSequence)
    {
        RecordBatches batches = new(bytes);
        Assert.True(batches.MoveNext());
        RecordBatch batch = batches.Current;
        Assert.Equal(RecordFault.None, batch.Check());
        Assert.Equal(
            (11L, 2, 7, sent.Count), (batch.ProducerId, (int)batch.ProducerEpoch, batch.BaseSequence, batch.Count));
        using BatchDecoder decoder = new(DecompressionLimits.Streaming);
        RecordReader reader = decoder.Read(batch);
        byte[] key = new byte[KeyChoice.KeyBytes];
        while (reader.MoveNext())
        {
            int index = reader.Index - 1;
            Assert.Equal(sent[index].Size, reader.Current.Value.Length);
            KeyChoice.Write(sent[index].Key, key);
            Assert.Equal(Encoding.ASCII.GetString(key), Encoding.ASCII.GetString(reader.Current.Key));
            Assert.True(RecordStamp.IsIntact(reader.Current.Value));
            Assert.True(RecordStamp.TryRead(reader.Current.Value, out RecordStamp stamp));
            Assert.Equal(new RecordStamp(RunId, 3, firstSequence + index, 5000 + index), stamp);
        }

        Assert.Equal(RecordFault.None, reader.Fault);
        Assert.Equal(sent.Count, reader.Index);
        Assert.False(batches.MoveNext());
    }
}
