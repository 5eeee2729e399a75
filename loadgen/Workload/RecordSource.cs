namespace Millrace.Loadgen;

/// <summary>
/// Says one record after another when it is due and what it is. Owned by one producer but for <see cref="Stop"/>.
/// </summary>
internal abstract class RecordSource
{
    /// <summary>Nothing more is due, from any thread; the owner sees it at its next turn.</summary>
    public abstract void Stop();

    /// <summary>Whether nothing more is ever due.</summary>
    public abstract bool IsOver { get; }

    /// <summary>A closed loop: a record is due whenever there is room for it.</summary>
    public virtual bool IsUnlimited => false;

    /// <summary>When a closed loop ends.</summary>
    public virtual long EndNs => long.MaxValue;

    /// <summary>When the record at hand is due; the largest value where none is.</summary>
    public abstract long NextNs { get; }

    public int ValueBytes { get; protected set; }

    /// <summary>Its key's number; -1 for none.</summary>
    public long Key { get; protected set; } = -1;

    /// <summary>The topic that it has to go to; -1 where its producer chooses.</summary>
    public int Topic { get; protected set; } = -1;

    /// <summary>The partition of that topic; -1 where its producer chooses.</summary>
    public int Partition { get; protected set; } = -1;

    /// <summary>Goes to the next record.</summary>
    public abstract void Advance();
}
