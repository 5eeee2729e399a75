namespace Millrace.Protocol.Compression;

/// <summary>
/// gzip, member after member. What follows the last member and is no further one is passed over, as Java's reader does.
/// </summary>
internal sealed unsafe class GzipDecoder : IDisposable
{
    private const int MemberHeaderSize = 10;

    private ZlibNative.Stream stream;
    private bool initialised;
    private int consumed;

    ~GzipDecoder() => Release();

    public bool Begin()
    {
        consumed = 0;
        return BeginMember();
    }

    public CodecStep Read(ReadOnlySpan<byte> source, Span<byte> target, out int written)
    {
        written = 0;
        fixed (ZlibNative.Stream* state = &stream)
        {
            fixed (byte* from = source, to = target)
            {
                while (written < target.Length)
                {
                    state->NextIn = from + consumed;
                    state->AvailableIn = (uint)(source.Length - consumed);
                    state->NextOut = to + written;
                    state->AvailableOut = (uint)(target.Length - written);
                    int status = ZlibNative.Inflate(state, ZlibNative.NoFlush);
                    consumed = source.Length - (int)state->AvailableIn;
                    written = target.Length - (int)state->AvailableOut;
                    if (status == ZlibNative.StreamEnd)
                    {
                        if (!IsMemberAt(source[consumed..]))
                        {
                            return CodecStep.End;
                        }

                        status = BeginMember() ? ZlibNative.Ok : ZlibNative.StreamEnd;
                    }

                    if (status != ZlibNative.Ok)
                    {
                        return CodecStep.Bad;
                    }
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

    private static bool IsMemberAt(ReadOnlySpan<byte> source) =>
        source.Length >= MemberHeaderSize && source[0] == 0x1f && source[1] == 0x8b
            && source[2] == ZlibNative.MethodDeflate;

    // Ended and begun again: the zlib of .NET 9 has no entry point for a reset, and native binaries link that one.
    private bool BeginMember()
    {
        Release();
        fixed (ZlibNative.Stream* state = &stream)
        {
            initialised = ZlibNative.InflateInit(state, ZlibNative.WindowBitsGzip) == ZlibNative.Ok;
            return initialised;
        }
    }

    private void Release()
    {
        if (initialised)
        {
            initialised = false;
            fixed (ZlibNative.Stream* state = &stream)
            {
                _ = ZlibNative.InflateEnd(state);
            }
        }
    }
}
