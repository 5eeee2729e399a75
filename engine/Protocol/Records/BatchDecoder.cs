using Millrace.Base;
using Millrace.Protocol.Compression;

namespace Millrace.Protocol.Records;

/// <summary>
/// Opens entries of any magic and codec for reading. A compressed one is decompressed whole, into memory that is kept
/// for the next; the limits bound it. Owned by one thread. For a check alone, <see cref="BatchValidator"/> takes less.
/// </summary>
public sealed class BatchDecoder : IDisposable
{
    private readonly Decompressor decompressor = new();
    private readonly NativeBuffer plain = new();
    private readonly DecompressionLimits limits;

    /// <param name="limits">What one entry may grow to.</param>
    public BatchDecoder(DecompressionLimits limits) => this.limits = limits;

    /// <summary>
    /// The records of an entry, whose checksum the caller has checked or trusts. Good until the next call, and no
    /// longer than the entry's own bytes. An entry that cannot be decompressed gives a reader with a fault.
    /// </summary>
    public RecordReader Read(RecordBatch batch)
    {
        CompressionCodec codec = batch.Codec;
        if (codec == CompressionCodec.None)
        {
            return RecordReader.OverPlain(batch);
        }

        ReadOnlySpan<byte> payload = batch.Payload;
        if (batch.IsLegacy)
        {
            if (codec > CompressionCodec.Lz4)
            {
                return RecordReader.Failed(RecordFault.UnknownCodec);
            }

            ByteReader reader = new(payload);
            reader.Skip(Math.Max(0, reader.ReadBytesLength(flexible: false)));
            payload = reader.ReadSpan(reader.ReadBytesLength(flexible: false));
            if (reader.Failed || reader.Remaining != 0)
            {
                return RecordReader.Failed(RecordFault.BadRecordStructure);
            }
        }

        CodecFault fault = decompressor.ReadWhole(codec, batch.Magic, payload, limits, plain, out int size);
        if (fault != CodecFault.None)
        {
            return RecordReader.Failed(fault.ToRecordFault());
        }

        ReadOnlySpan<byte> records = plain.Whole[..size];
        return batch.IsLegacy ? RecordReader.OverMessages(batch, records) : RecordReader.OverRecords(batch, records);
    }

    /// <summary>Gives back memory beyond so many bytes, after an outsized entry.</summary>
    public void ShrinkTo(int bytes) => plain.ShrinkTo(bytes);

    public void Dispose()
    {
        decompressor.Dispose();
        plain.Dispose();
    }
}
