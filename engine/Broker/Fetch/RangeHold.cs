using Millrace.Network;

namespace Millrace.Broker;

/// <summary>
/// Keeps a segment's file open while a range of it is sent; pooled, since a hold is an object and a pinned range is
/// not. Reactor thread.
/// </summary>
internal sealed class RangeHold(RangeHolds pool) : IFileHold
{
    private Storage.FileRange range;

    public RangeHold? Next { get; set; }

    public void Take(in Storage.FileRange held) => range = held;

    public void Release()
    {
        range.Release();
        range = default;
        pool.Return(this);
    }
}

/// <summary>The holds of one reactor that are not in use.</summary>
internal sealed class RangeHolds
{
    private RangeHold? free;

    public RangeHold Take(in Storage.FileRange range)
    {
        RangeHold hold = free ?? new RangeHold(this);
        free = hold.Next;
        hold.Next = null;
        hold.Take(range);
        return hold;
    }

    public void Return(RangeHold hold)
    {
        hold.Next = free;
        free = hold;
    }
}
