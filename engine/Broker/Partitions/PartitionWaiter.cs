using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>Who waits for a partition to get on. Two kinds: requests on reactors, and work on event loops.</summary>
internal interface ISignalled
{
    /// <summary>Asks to look again. Any thread, under a list's lock: takes note and acts later.</summary>
    void Signal();
}

/// <summary>
/// A request's place in the list of a partition that it waits for. It belongs to the request, which uses it again and
/// again; the list links it.
/// </summary>
internal sealed class PartitionWaiter(ISignalled owner)
{
    /// <summary>Told when the watched offset has passed <see cref="Offset"/>.</summary>
    public ISignalled Owner { get; } = owner;

    /// <summary>The high watermark, or the last stable offset.</summary>
    public ReadBound Bound { get; set; }

    /// <summary>The request is woken once the bound is above this.</summary>
    public long Offset { get; set; }

    /// <summary>Links of the list, under its lock.</summary>
    public PartitionWaiter? Next { get; set; }

    public PartitionWaiter? Previous { get; set; }

    public WaiterList? List { get; set; }
}
