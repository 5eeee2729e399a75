namespace Millrace.Protocol.Compression;

/// <summary>
/// Decompresses payloads, one at a time, in steps: no size that a payload declares is believed, and the limits stop it
/// before more is produced than they allow. Owned by one thread; native contexts are made at first use and kept, so
/// that a step allocates nothing. Bad payloads are values, not exceptions.
/// </summary>
public sealed class Decompressor : IDisposable
{
    private GzipDecoder? gzip;
    private SnappyDecoder? snappy;
    private Lz4Decoder? lz4;
    private ZstdDecoder? zstd;
    private CompressionCodec codec;
    private long plainMax;
    private long produced;
    private int rawConsumed;
    private bool ended;

    public Decompressor() => NativeCodecs.Register();

    /// <summary>Why the payload begun last cannot be read on.</summary>
    public CodecFault Fault { get; private set; }

    /// <summary>Starts a payload. Codec none copies it.</summary>
    /// <param name="payloadCodec">How it is compressed.</param>
    /// <param name="magic">Of the batch: lz4 headers of magic 0 have a checksum that does not count.</param>
    /// <param name="compressedSize">Its size in bytes.</param>
    /// <param name="limits">What it may grow to.</param>
    public void Begin(CompressionCodec payloadCodec, byte magic, int compressedSize, in DecompressionLimits limits)
    {
        codec = payloadCodec;
        plainMax = limits.PlainMax(compressedSize);
        produced = 0;
        rawConsumed = 0;
        ended = false;
        Fault = CodecFault.None;
        bool begun = true;
        switch (codec)
        {
            case CompressionCodec.None:
                break;
            case CompressionCodec.Gzip:
                begun = (gzip ??= new GzipDecoder()).Begin();
                break;
            case CompressionCodec.Snappy:
                (snappy ??= new SnappyDecoder()).Begin();
                break;
            case CompressionCodec.Lz4:
                begun = (lz4 ??= new Lz4Decoder()).Begin(magic == 0);
                break;
            case CompressionCodec.Zstd:
                begun = (zstd ??= new ZstdDecoder()).Begin();
                break;
            default:
                Fault = CodecFault.UnknownCodec;
                break;
        }

        if (!begun)
        {
            throw new InvalidOperationException($"the {codec} library has no memory for a context");
        }
    }

    /// <summary>Fills the target as far as the payload goes.</summary>
    /// <param name="payload">The whole payload: the same bytes on every call since <see cref="Begin"/>.</param>
    /// <param name="target">Not empty.</param>
    /// <returns>Bytes filled; fewer than asked for only at the end, and 0 behind it or after a fault.</returns>
    public int Read(ReadOnlySpan<byte> payload, Span<byte> target)
    {
        if (ended || Fault != CodecFault.None)
        {
            return 0;
        }

        // One byte more than allowed is enough to know that there is too much.
        long plainLeft = plainMax - produced;
        if (target.Length > plainLeft)
        {
            target = target[..(int)(plainLeft + 1)];
        }

        CodecStep step = Step(payload, target, plainLeft, out int written);
        produced += written;
        ended = step == CodecStep.End;
        if (step == CodecStep.Bad)
        {
            Fault = CodecFault.BadData;
        }
        else if (step == CodecStep.TooLarge || produced > plainMax)
        {
            Fault = CodecFault.TooLarge;
            written -= (int)Math.Max(0, produced - plainMax);
        }

        return written;
    }

    /// <summary>Decompresses a payload whole.</summary>
    /// <param name="target">Grows by doubling as bytes really come, up to the limits.</param>
    /// <param name="plainSize">Bytes in the target, from its start.</param>
    public CodecFault ReadWhole(
        CompressionCodec payloadCodec, byte magic, ReadOnlySpan<byte> payload, in DecompressionLimits limits,
        NativeBuffer target, out int plainSize)
    {
        ArgumentNullException.ThrowIfNull(target);
        Begin(payloadCodec, magic, payload.Length, limits);
        plainSize = 0;
        while (!ended && Fault == CodecFault.None)
        {
            if (plainSize == target.Capacity)
            {
                if (plainSize == Array.MaxLength)
                {
                    Fault = CodecFault.TooLarge;
                    break;
                }

                target.EnsureCapacity(Math.Max(plainSize + 1, 4096));
            }

            plainSize += Read(payload, target.Whole[plainSize..]);
        }

        return Fault;
    }

    public void Dispose()
    {
        gzip?.Dispose();
        snappy?.Dispose();
        lz4?.Dispose();
        zstd?.Dispose();
    }

    private CodecStep Step(ReadOnlySpan<byte> payload, Span<byte> target, long plainLeft, out int written)
    {
        switch (codec)
        {
            case CompressionCodec.Gzip:
                return gzip!.Read(payload, target, out written);
            case CompressionCodec.Snappy:
                return snappy!.Read(payload, target, plainLeft, out written);
            case CompressionCodec.Lz4:
                return lz4!.Read(payload, target, out written);
            case CompressionCodec.Zstd:
                return zstd!.Read(payload, target, out written);
            default:
                written = Math.Min(target.Length, payload.Length - rawConsumed);
                payload.Slice(rawConsumed, written).CopyTo(target);
                rawConsumed += written;
                return rawConsumed == payload.Length ? CodecStep.End : CodecStep.More;
        }
    }
}
