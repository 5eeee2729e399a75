namespace Millrace.Base;

/// <summary>
/// Native memory that its holder rented from a <see cref="BufferPool"/> and has to give back with <see cref="Return"/>,
/// once, after the last send or write that can still see it. A copy of the handle is the same buffer: it moves between
/// owners by being passed on, and only the last one returns it. <c>default</c> is no buffer.
/// </summary>
public readonly unsafe struct OwnedBuffer
{
    private readonly BufferPool? pool;
    private readonly byte* start;
    private readonly int slot;
    private readonly uint generation;

    internal OwnedBuffer(BufferPool pool, byte* start, int length, int slot, uint generation)
    {
        this.pool = pool;
        this.start = start;
        this.slot = slot;
        this.generation = generation;
        Length = length;
    }

    /// <summary>Bytes that were asked for.</summary>
    public int Length { get; }

    /// <summary>True where this is no buffer.</summary>
    public bool IsNone => pool is null;

    /// <summary>The memory; of whatever content after renting. Empty where this is no buffer.</summary>
    public Span<byte> Span
    {
        get
        {
            pool?.CheckInUse(slot, generation);
            return new Span<byte>(start, Length);
        }
    }

    /// <summary>
    /// Where the memory starts, for system calls; it never moves. Aligned to <see
    /// cref="Limits.PooledBufferAlignment"/>.
    /// </summary>
    public byte* Pointer
    {
        get
        {
            pool?.CheckInUse(slot, generation);
            return start;
        }
    }

    /// <summary>
    /// Gives the memory back. A second time is our own fault and fails an invariant; for no buffer this does nothing.
    /// </summary>
    public void Return() => pool?.Return(slot, generation, Length);
}
