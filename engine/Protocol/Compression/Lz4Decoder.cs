namespace Millrace.Protocol.Compression;

/// <summary>
/// One lz4 frame. What follows it is passed over, as Kafka's reader does. liblz4 takes memory for one block of the size
/// that the header declares, 4 MiB at most, and only touches what it fills.
/// </summary>
internal sealed unsafe class Lz4Decoder : IDisposable
{
    private nint context;
    private int consumed;
    private bool ignoreHeaderChecksum;

    ~Lz4Decoder() => Release();

    /// <param name="brokenHeaderChecksum">
    /// Messages of magic 0 carry a header checksum that old Kafka computed over the wrong bytes (KIP-57): it is not
    /// looked at.
    /// </param>
    public bool Begin(bool brokenHeaderChecksum)
    {
        consumed = 0;
        ignoreHeaderChecksum = brokenHeaderChecksum;
        if (context != 0)
        {
            Lz4Native.ResetDecompressionContext(context);
            return true;
        }

        return Lz4Native.IsError(Lz4Native.CreateDecompressionContext(out context, Lz4Native.Version)) == 0;
    }

    public CodecStep Read(ReadOnlySpan<byte> source, Span<byte> target, out int written)
    {
        written = 0;
        if (consumed == 0 && !TryReadHeader(source))
        {
            return CodecStep.Bad;
        }

        fixed (byte* from = source, to = target)
        {
            while (written < target.Length)
            {
                nuint produced = (nuint)(target.Length - written);
                nuint taken = (nuint)(source.Length - consumed);
                nuint hint = Lz4Native.Decompress(context, to + written, &produced, from + consumed, &taken, null);
                if (Lz4Native.IsError(hint) != 0)
                {
                    return CodecStep.Bad;
                }

                consumed += (int)taken;
                written += (int)produced;
                if (hint == 0)
                {
                    return CodecStep.End;
                }

                if (taken == 0 && produced == 0)
                {
                    return CodecStep.Bad;
                }
            }
        }

        return CodecStep.More;
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    /// <summary>Feeds the header from a copy, in which the checksum can be set right.</summary>
    private bool TryReadHeader(ReadOnlySpan<byte> source)
    {
        int size = Lz4Frame.HeaderSizeOf(source);
        if (size == 0)
        {
            return false;
        }

        Span<byte> header = stackalloc byte[Lz4Frame.HeaderSizeMax];
        header = header[..size];
        source[..size].CopyTo(header);
        if (ignoreHeaderChecksum)
        {
            header[^1] = Lz4Frame.ChecksumOf(header);
        }

        nuint produced = 0;
        nuint taken = (nuint)size;
        fixed (byte* from = header)
        {
            nuint hint = Lz4Native.Decompress(context, from, &produced, from, &taken, null);
            consumed = size;
            return Lz4Native.IsError(hint) == 0 && taken == (nuint)size;
        }
    }

    private void Release()
    {
        if (context != 0)
        {
            _ = Lz4Native.FreeDecompressionContext(context);
            context = 0;
        }
    }
}
