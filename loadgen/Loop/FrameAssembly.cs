using System.Buffers.Binary;
using Millrace.Protocol.Compression;

namespace Millrace.Loadgen;

/// <summary>
/// Finds whole frames in what a connection receives. Small answers are read out of the loop's shared buffer in place;
/// only a frame that is cut moves into memory of its own, and the rest of it is received there. So an idle connection
/// keeps no memory, and a large fetch is copied once, by the kernel. Owned by its connection.
/// </summary>
internal sealed class FrameAssembly : IDisposable
{
    /// <summary>Frames beyond this are no answer of a broker: 100 MiB is Kafka's own bound of requests.</summary>
    private const int FrameBytesMax = 256 * 1024 * 1024;

    private NativeBuffer? own;
    private int ownFilled;
    private int sharedFilled;
    private int position;

    /// <summary>Whether something came that is no frame: what follows cannot be told apart any more.</summary>
    public bool IsBroken { get; private set; }

    private bool IsOwn => ownFilled > 0;

    /// <summary>Where the next bytes go.</summary>
    public Span<byte> Room(Span<byte> shared) => IsOwn ? own!.Whole[ownFilled..OwnNeeded()] : shared;

    /// <summary>So many bytes came.</summary>
    public void Take(int received)
    {
        position = 0;
        if (IsOwn)
        {
            ownFilled += received;
            own!.EnsureCapacity(OwnNeeded());
        }
        else
        {
            sharedFilled = received;
        }
    }

    /// <summary>The next whole frame, without its length; good until the next receive.</summary>
    public bool TryNext(Span<byte> shared, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (IsOwn)
        {
            if (ownFilled < OwnNeeded() || ownFilled == sizeof(int) || IsBroken)
            {
                return false;
            }

            frame = own!.Whole[sizeof(int)..ownFilled];
            ownFilled = 0;
            (position, sharedFilled) = (0, 0);
            return true;
        }

        if (sharedFilled - position < sizeof(int))
        {
            return false;
        }

        int length = LengthOf(shared[position..]);
        if (IsBroken || length > sharedFilled - position - sizeof(int))
        {
            return false;
        }

        frame = shared.Slice(position + sizeof(int), length);
        position += sizeof(int) + length;
        return true;
    }

    /// <summary>Moves what is left of the shared buffer away, before another connection receives into it.</summary>
    public void Keep(Span<byte> shared)
    {
        if (IsOwn || IsBroken || position == sharedFilled)
        {
            return;
        }

        ReadOnlySpan<byte> rest = shared[position..sharedFilled];
        own ??= new NativeBuffer();
        own.EnsureCapacity(Math.Max(rest.Length, sizeof(int)));
        rest.CopyTo(own.Whole);
        ownFilled = rest.Length;
        own.EnsureCapacity(OwnNeeded());
        (position, sharedFilled) = (0, 0);
    }

    /// <summary>Forgets everything: the connection is a new one.</summary>
    public void Reset()
    {
        (ownFilled, sharedFilled, position) = (0, 0, 0);
        IsBroken = false;
    }

    public void Dispose() => own?.Dispose();

    private int OwnNeeded() => ownFilled < sizeof(int) ? sizeof(int) : sizeof(int) + LengthOf(own!.Whole);

    private int LengthOf(ReadOnlySpan<byte> bytes)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes);
        IsBroken |= length is < sizeof(int) or > FrameBytesMax;
        return IsBroken ? sizeof(int) : length;
    }
}
