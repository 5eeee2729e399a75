namespace Millrace.Storage.Simulation;

/// <summary>
/// A file's content twice over: as the page cache has it, which every read sees, and what is known of the disk, which a
/// power cut falls back on. In between is the list of changes since: each may have reached the disk, or not, or in
/// part.
/// </summary>
internal sealed class SimulatedInode
{
    private const int SectorBytes = 512;

    private readonly List<Change> changes = [];
    private byte[] cached = [];
    private byte[] durable = [];

    internal int Length { get; private set; }

    private int durableLength;

    /// <summary>Space taken beyond the length, up to this position.</summary>
    internal long PreallocatedEnd { get; private set; }

    internal long ModifiedMs { get; set; }

    internal int Opened { get; set; }

    internal ReadOnlySpan<byte> Content => cached.AsSpan(0, Length);

    internal long Occupied => Math.Max(Length, PreallocatedEnd);

    internal void Write(long position, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        Length = Apply(ref cached, Length, position, bytes);
        changes.Add(new Change(position, bytes.ToArray(), IsTruncation: false));
    }

    internal void Truncate(long length)
    {
        Length = Resize(ref cached, Length, length);
        PreallocatedEnd = Math.Min(PreallocatedEnd, length);
        changes.Add(new Change(length, [], IsTruncation: true));
    }

    internal void Preallocate(long end) => PreallocatedEnd = Math.Max(PreallocatedEnd, end);

    /// <summary>
    /// A sync has succeeded: what was changed since the last one is on the disk. Not what was lost to a failed one: the
    /// kernel takes those pages for clean.
    /// </summary>
    internal void Sync()
    {
        if (!changes.Exists(change => change.IsDoomed))
        {
            foreach (Change change in changes)
            {
                durableLength = change.IsTruncation
                    ? Resize(ref durable, durableLength, change.Position)
                    : Apply(ref durable, durableLength, change.Position, change.Bytes);
            }

            changes.Clear();
            return;
        }

        foreach (Change change in changes)
        {
            change.IsSynced |= !change.IsDoomed;
        }
    }

    /// <summary>A sync has failed: whether the changes before it reach the disk is open for ever.</summary>
    internal void SyncFailed()
    {
        foreach (Change change in changes)
        {
            change.IsDoomed |= !change.IsSynced;
        }
    }

    /// <summary>What the disk holds after a power cut, chosen by chance from all that it may hold.</summary>
    internal void Crash(Random random)
    {
        byte[] content = durable.AsSpan(0, durableLength).ToArray();
        int length = durableLength;
        int fate = random.Next(5);
        int cut = fate == 2 ? random.Next(changes.Count + 1) : 0;
        for (int index = 0; index < changes.Count; index++)
        {
            Change change = changes[index];
            Survival survival = change.IsSynced ? Survival.Whole : Fate(random, fate, index, cut);
            length = Survive(random, change, survival, ref content, length);
        }

        cached = content;
        durable = content.AsSpan(0, length).ToArray();
        Length = length;
        durableLength = length;
        PreallocatedEnd = Math.Max(length, random.Next(2) == 0 ? PreallocatedEnd : 0);
        changes.Clear();
    }

    /// <summary>
    /// One crash in five loses everything unsynced, one keeps it all, one keeps a beginning and tears the change at its
    /// end, and two decide change by change, as a disk does that reorders.
    /// </summary>
    private static Survival Fate(Random random, int fate, int index, int cut) => fate switch
    {
        0 => Survival.None,
        1 => Survival.Whole,
        2 => index < cut ? Survival.Whole : index == cut ? Survival.TornAtByte : Survival.None,
        _ => (Survival)random.Next(4),
    };

    private static int Survive(Random random, Change change, Survival survival, ref byte[] content, int length)
    {
        if (survival == Survival.None)
        {
            return length;
        }

        if (change.IsTruncation)
        {
            return Resize(ref content, length, change.Position);
        }

        if (survival == Survival.Whole)
        {
            return Apply(ref content, length, change.Position, change.Bytes);
        }

        if (survival == Survival.TornAtByte)
        {
            return Apply(
                ref content, length, change.Position, change.Bytes.AsSpan(0, random.Next(change.Bytes.Length)));
        }

        // Sector by sector of the disk, in any order; the length may have reached it before the data.
        if (random.Next(2) == 0)
        {
            length = Resize(ref content, length, Math.Max(length, change.Position + change.Bytes.Length));
        }

        long position = change.Position;
        long end = position + change.Bytes.Length;
        while (position < end)
        {
            long sectorEnd = Math.Min(end, (position / SectorBytes * SectorBytes) + SectorBytes);
            if (random.Next(2) == 0)
            {
                int from = (int)(position - change.Position);
                length = Apply(ref content, length, position, change.Bytes.AsSpan(from, (int)(sectorEnd - position)));
            }

            position = sectorEnd;
        }

        return length;
    }

    private static int Apply(ref byte[] content, int length, long position, ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return length;
        }

        int end = checked((int)(position + bytes.Length));
        int newLength = end > length ? Resize(ref content, length, end) : length;
        bytes.CopyTo(content.AsSpan((int)position));
        return newLength;
    }

    private static int Resize(ref byte[] content, int length, long newLength)
    {
        int wanted = checked((int)newLength);
        if (wanted > content.Length)
        {
            Array.Resize(ref content, Math.Max(wanted, content.Length * 2));
        }

        // Bytes between an old and a later, larger length read as zeros.
        if (wanted > length)
        {
            content.AsSpan(length, wanted - length).Clear();
        }

        return wanted;
    }

    /// <summary>Changes bytes on the disk and in the cache alike, as rot does.</summary>
    internal void Rot(long position, byte with)
    {
        cached[(int)position] ^= with;
        if (position < durableLength)
        {
            durable[(int)position] ^= with;
        }
    }

    private enum Survival
    {
        None,
        Whole,
        TornAtByte,
        Sectors,
    }

    private sealed record Change(long Position, byte[] Bytes, bool IsTruncation)
    {
        public bool IsSynced { get; set; }

        public bool IsDoomed { get; set; }
    }
}
