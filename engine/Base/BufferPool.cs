using System.Numerics;
using System.Runtime.InteropServices;

namespace Millrace.Base;

/// <summary>
/// Native memory for frames and answers, in sizes of powers of two, kept for the next renter up to a bound. Outside the
/// garbage collector's heap, so that the kernel may see it while managed code runs, and an idle server gives it back.
/// </summary>
/// <remarks>
/// Thread-safe: every reactor has a pool of its own, so that its lock is almost never waited for (about 20 ns), and yet
/// a buffer may be returned by the thread that used it last. In a guarded pool (all of them in debug builds) returned
/// memory is filled with 0xDD and looked at again before it is rented anew, and canaries stand behind the bytes asked
/// for and in front: what writes too far or too late is found at the next rent or return. A second return is found in
/// every build.
/// </remarks>
public sealed unsafe class BufferPool : IDisposable
{
    private const byte Poison = 0xDD;
    private const byte Canary = 0xC5;

#if DEBUG
    private const bool GuardedByDefault = true;
#else
    private const bool GuardedByDefault = false;
#endif

    private static readonly int ClassCount =
        BitOperations.Log2(Limits.PooledBufferBytesMax) - BitOperations.Log2(Limits.PooledBufferBytesMin) + 1;

    private readonly Lock gate = new();
    private readonly long idleBytesMax;
    private readonly bool isGuarded;

    // Idle slots of each size class, and slots without memory, are lists threaded through the slots themselves.
    private readonly int[] idleSlots = new int[ClassCount];
    private Slot[] slots = new Slot[64];
    private int slotCount;
    private int emptySlots = None;
    private bool isDisposed;

    private const int None = -1;

    /// <param name="idleBytesMax">Unused bytes that the pool may keep; what is returned beyond goes back to the
    /// system.</param>
    /// <param name="isGuarded">Poison and canaries; null for the build's default.</param>
    public BufferPool(long idleBytesMax = Limits.PoolIdleBytesMax, bool? isGuarded = null)
    {
        this.idleBytesMax = idleBytesMax;
        this.isGuarded = isGuarded ?? GuardedByDefault;
        Array.Fill(idleSlots, None);
    }

    /// <summary>Buffers rented since the start.</summary>
    public long RentedCount { get; private set; }

    /// <summary>Buffers returned since the start; equal to <see cref="RentedCount"/> when nothing is out.</summary>
    public long ReturnedCount { get; private set; }

    /// <summary>Bytes of memory, in whole size classes, that are out now.</summary>
    public long OutstandingBytes { get; private set; }

    /// <summary>Bytes of memory that wait for the next renter.</summary>
    public long IdleBytes { get; private set; }

    /// <summary>
    /// A buffer of at least <paramref name="length"/> bytes, whose content is whatever it is. The caller owns it.
    /// </summary>
    /// <param name="length">Bytes, 0 or more. One above <see cref="Limits.PooledBufferBytesMax"/> is taken from the
    /// system.</param>
    /// <exception cref="OutOfMemoryException">The system has no more; nothing was taken.</exception>
    public OwnedBuffer Rent(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            int capacity = CapacityFor(length);
            int index = TakeIdle(capacity);
            if (index == None)
            {
                index = TakeEmptySlot();
                Allocate(ref slots[index], index, capacity);
            }

            ref Slot slot = ref slots[index];
            slot.IsOut = true;
            slot.Generation++;
            RentedCount++;
            OutstandingBytes += capacity;
            if (isGuarded)
            {
                Guard(ref slot, length);
            }

            return new OwnedBuffer(this, slot.Start, length, index, slot.Generation);
        }
    }

    /// <summary>Frees what is idle. Buffers that are still out are freed when they are returned.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            isDisposed = true;
            for (int sizeClass = 0; sizeClass < ClassCount; sizeClass++)
            {
                while (idleSlots[sizeClass] != None)
                {
                    int index = idleSlots[sizeClass];
                    idleSlots[sizeClass] = slots[index].NextFree;
                    IdleBytes -= slots[index].Capacity;
                    Free(index);
                }
            }
        }
    }

    internal void Return(int index, uint generation, int length)
    {
        lock (gate)
        {
            ref Slot slot = ref slots[index];
            Invariant.That(
                slot.IsOut && slot.Generation == generation,
                "A buffer was returned twice, or used after its return.");
            slot.IsOut = false;
            ReturnedCount++;
            OutstandingBytes -= slot.Capacity;
            if (isGuarded)
            {
                CheckCanaries(in slot, length);
                new Span<byte>(slot.Start, slot.Capacity).Fill(Poison);
            }

            bool isKept = !isDisposed
                && slot.Capacity <= Limits.PooledBufferBytesMax
                && IdleBytes + slot.Capacity <= idleBytesMax;
            if (!isKept)
            {
                Free(index);
                return;
            }

            ref int first = ref idleSlots[ClassOf(slot.Capacity)];
            slot.NextFree = first;
            first = index;
            IdleBytes += slot.Capacity;
        }
    }

    /// <summary>
    /// In a guarded pool, fails where the handle's buffer was returned. Elsewhere it costs one branch.
    /// </summary>
    internal void CheckInUse(int index, uint generation)
    {
        if (isGuarded)
        {
            lock (gate)
            {
                Invariant.That(
                    slots[index].IsOut && slots[index].Generation == generation,
                    "A buffer was used after its return.");
            }
        }
    }

    private static int CapacityFor(int length)
    {
        if (length <= Limits.PooledBufferBytesMin)
        {
            return Limits.PooledBufferBytesMin;
        }

        return length <= Limits.PooledBufferBytesMax ? (int)BitOperations.RoundUpToPowerOf2((uint)length) : length;
    }

    private static int ClassOf(int capacity) =>
        BitOperations.Log2((uint)capacity) - BitOperations.Log2(Limits.PooledBufferBytesMin);

    private int TakeIdle(int capacity)
    {
        if (capacity > Limits.PooledBufferBytesMax)
        {
            return None;
        }

        ref int first = ref idleSlots[ClassOf(capacity)];
        int index = first;
        if (index != None)
        {
            first = slots[index].NextFree;
            IdleBytes -= capacity;
        }

        return index;
    }

    private int TakeEmptySlot()
    {
        if (emptySlots != None)
        {
            int index = emptySlots;
            emptySlots = slots[index].NextFree;
            return index;
        }

        if (slotCount == slots.Length)
        {
            Array.Resize(ref slots, slots.Length * 2);
        }

        return slotCount++;
    }

    private void Allocate(ref Slot slot, int index, int capacity)
    {
        // One line of room on either side, for the canaries; without guards only the alignment's own padding is lost.
        nuint margins = isGuarded ? 2 * (nuint)Limits.PooledBufferAlignment : 0;
        try
        {
            byte* block = (byte*)NativeMemory.AlignedAlloc((nuint)capacity + margins, Limits.PooledBufferAlignment);
            slot.Start = isGuarded ? block + Limits.PooledBufferAlignment : block;
            slot.Capacity = capacity;
        }
        catch (OutOfMemoryException)
        {
            slot.NextFree = emptySlots;
            emptySlots = index;
            throw;
        }

        if (isGuarded)
        {
            new Span<byte>(slot.Start, capacity).Fill(Poison);
        }
    }

    private void Free(int index)
    {
        ref Slot slot = ref slots[index];
        NativeMemory.AlignedFree(isGuarded ? slot.Start - Limits.PooledBufferAlignment : slot.Start);
        slot.Start = null;
        slot.Capacity = 0;
        slot.NextFree = emptySlots;
        emptySlots = index;
    }

    private static void Guard(ref Slot slot, int length)
    {
        Invariant.That(
            !new ReadOnlySpan<byte>(slot.Start, slot.Capacity).ContainsAnyExcept(Poison),
            "A buffer was written to after its return.");
        new Span<byte>(slot.Start - Limits.PooledBufferAlignment, Limits.PooledBufferAlignment).Fill(Canary);
        TailOf(in slot, length).Fill(Canary);
    }

    private static void CheckCanaries(in Slot slot, int length)
    {
        ReadOnlySpan<byte> front = new(slot.Start - Limits.PooledBufferAlignment, Limits.PooledBufferAlignment);
        Invariant.That(!front.ContainsAnyExcept(Canary), "Something wrote in front of a buffer.");
        Invariant.That(
            !TailOf(in slot, length).ContainsAnyExcept(Canary),
            "Something wrote behind the end of a buffer.");
    }

    /// <summary>What lies behind the bytes asked for, with the margin.</summary>
    private static Span<byte> TailOf(in Slot slot, int length) =>
        new(slot.Start + length, slot.Capacity - length + Limits.PooledBufferAlignment);

    /// <summary>
    /// One block of memory, or the place for one. The generation tells a handle from those before it.
    /// </summary>
    private struct Slot
    {
        public byte* Start;
        public int Capacity;
        public int NextFree;
        public uint Generation;
        public bool IsOut;
    }
}
