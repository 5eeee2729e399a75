using Millrace.Base;

namespace Millrace.Storage;

/// <summary>What is asked of the epochs of a log: where an epoch ends.</summary>
/// <param name="Epoch">The epoch that the end is of: the asked one, or the largest one below it; -1 where none is
/// known.</param>
/// <param name="EndOffset">The offset behind its last record; -1 where none is known.</param>
public readonly record struct EpochEnd(int Epoch, long EndOffset)
{
    /// <summary>Kafka's answer for "undefined".</summary>
    public static EpochEnd Unknown => new(-1, -1);
}

/// <summary>
/// Which leader epoch begins at which offset of a log. Changed under the log's lock, read by any thread; the file
/// <c>leader-epoch-checkpoint</c> follows in the background.
/// </summary>
public sealed class LeaderEpochs
{
    private EpochStart[] entries;

    public LeaderEpochs(EpochStart[] entries) => this.entries = entries;

    /// <summary>In rising order; never changed in place.</summary>
    public ReadOnlySpan<EpochStart> Entries => Volatile.Read(ref entries);

    /// <summary>The latest epoch that has a start; -1 for none.</summary>
    public int LatestEpoch
    {
        get
        {
            EpochStart[] current = Volatile.Read(ref entries);
            return current.Length == 0 ? -1 : current[^1].Epoch;
        }
    }

    /// <summary>Whether there are changes that the file lacks.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>
    /// Notes that an epoch begins at an offset. Entries that contradict it are dropped; one that the latest entry
    /// covers already changes nothing.
    /// </summary>
    /// <returns>Whether something changed.</returns>
    public bool Assign(int epoch, long startOffset)
    {
        EpochStart[] current = entries;
        if (current.Length > 0 && current[^1].Epoch == epoch && startOffset >= current[^1].StartOffset)
        {
            return false;
        }

        Invariant.That(epoch >= 0 && startOffset >= 0, "An epoch begins at an offset.");
        int kept = current.Length;
        while (kept > 0 && (current[kept - 1].Epoch >= epoch || current[kept - 1].StartOffset >= startOffset))
        {
            kept--;
        }

        Replace([.. current.AsSpan(0, kept), new EpochStart(epoch, startOffset)]);
        return true;
    }

    /// <summary>
    /// Where an epoch ends, with Kafka's answers for epochs that are unknown here (KIP-101, KIP-279).
    /// </summary>
    /// <param name="epoch">The epoch asked for; -1 is never known.</param>
    /// <param name="logEndOffset">What the latest epoch's end is.</param>
    public EpochEnd EndOf(int epoch, long logEndOffset)
    {
        EpochStart[] current = Volatile.Read(ref entries);
        if (epoch < 0 || current.Length == 0 || epoch > current[^1].Epoch)
        {
            return EpochEnd.Unknown;
        }

        if (epoch == current[^1].Epoch)
        {
            return new EpochEnd(epoch, logEndOffset);
        }

        int higher = 0;
        while (current[higher].Epoch <= epoch)
        {
            higher++;
        }

        // Of an epoch before all others the records are gone: it ends where the first known one begins.
        return new EpochEnd(higher == 0 ? epoch : current[higher - 1].Epoch, current[higher].StartOffset);
    }

    /// <summary>The epoch that an offset was written under; -1 where none is known.</summary>
    public int EpochOf(long offset)
    {
        int epoch = -1;
        foreach (EpochStart entry in Entries)
        {
            if (entry.StartOffset > offset)
            {
                break;
            }

            epoch = entry.Epoch;
        }

        return epoch;
    }

    /// <summary>Drops the epochs that begin at <paramref name="endOffset"/> or behind it.</summary>
    public bool TruncateEnd(long endOffset)
    {
        EpochStart[] current = entries;
        int kept = current.Length;
        while (kept > 0 && current[kept - 1].StartOffset >= endOffset)
        {
            kept--;
        }

        if (kept == current.Length)
        {
            return false;
        }

        Replace(current[..kept]);
        return true;
    }

    /// <summary>
    /// Drops the epochs that end before <paramref name="startOffset"/>; the one that holds it then begins there.
    /// </summary>
    public bool TruncateStart(long startOffset)
    {
        EpochStart[] current = entries;
        int past = 0;
        while (past < current.Length && current[past].StartOffset <= startOffset)
        {
            past++;
        }

        if (past == 0 || (past == 1 && current[0].StartOffset == startOffset))
        {
            return false;
        }

        Replace([current[past - 1] with { StartOffset = startOffset }, .. current.AsSpan(past)]);
        return true;
    }

    /// <summary>Drops all.</summary>
    public bool Clear()
    {
        if (entries.Length == 0)
        {
            return false;
        }

        Replace([]);
        return true;
    }

    /// <summary>The entries as they are, for <see cref="PutBack"/>.</summary>
    internal EpochStart[] Save() => entries;

    /// <summary>Becomes again what it was: an append was taken back.</summary>
    internal bool PutBack(EpochStart[] saved)
    {
        if (ReferenceEquals(saved, entries))
        {
            return false;
        }

        Replace(saved);
        return true;
    }

    private void Replace(EpochStart[] with)
    {
        IsDirty = true;
        Volatile.Write(ref entries, with);
    }

    /// <summary>Takes the entries to be written; the file counts as up to date then.</summary>
    internal EpochStart[] TakeForCheckpoint()
    {
        IsDirty = false;
        return entries;
    }

    /// <summary>The entries could not be written.</summary>
    internal void CheckpointFailed() => IsDirty = true;
}
