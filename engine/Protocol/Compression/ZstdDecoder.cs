namespace Millrace.Protocol.Compression;

/// <summary>
/// zstd, frame after frame. A frame may ask for a window of up to 128 MiB (Kafka's level 22 does); libzstd reserves it,
/// but only what the data fills is ever touched, and a context that large is not kept.
/// </summary>
internal sealed unsafe class ZstdDecoder : IDisposable
{
    private const int KeptBytes = 16 * 1024 * 1024;

    private nint context;
    private int consumed;
    private bool insideFrame;

    ~ZstdDecoder() => Release();

    public bool Begin()
    {
        consumed = 0;
        insideFrame = false;
        if (context != 0 && ZstdNative.SizeOfDecompressor(context) > KeptBytes)
        {
            Release();
        }

        if (context != 0)
        {
            return ZstdNative.IsError(ZstdNative.ResetDecompressor(context, ZstdNative.ResetSessionOnly)) == 0;
        }

        context = ZstdNative.CreateDecompressor();
        return context != 0;
    }

    public CodecStep Read(ReadOnlySpan<byte> source, Span<byte> target, out int written)
    {
        written = 0;
        fixed (byte* from = source, to = target)
        {
            ZstdNative.Area input = new() { Start = from, Size = (nuint)source.Length, Position = (nuint)consumed };
            ZstdNative.Area output = new() { Start = to, Size = (nuint)target.Length };
            while (output.Position < output.Size)
            {
                if (!insideFrame && input.Position == input.Size)
                {
                    return Left(CodecStep.End, input, output, out written);
                }

                nuint inputBefore = input.Position;
                nuint outputBefore = output.Position;
                nuint hint = ZstdNative.DecompressStream(context, &output, &input);
                if (ZstdNative.IsError(hint) != 0)
                {
                    return CodecStep.Bad;
                }

                insideFrame = hint != 0;
                if (insideFrame && input.Position == inputBefore && output.Position == outputBefore)
                {
                    return Left(CodecStep.Bad, input, output, out written);
                }
            }

            return Left(CodecStep.More, input, output, out written);
        }
    }

    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private CodecStep Left(CodecStep step, in ZstdNative.Area input, in ZstdNative.Area output, out int written)
    {
        consumed = (int)input.Position;
        written = (int)output.Position;
        return step;
    }

    private void Release()
    {
        if (context != 0)
        {
            _ = ZstdNative.FreeDecompressor(context);
            context = 0;
        }
    }
}
