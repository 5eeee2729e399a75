namespace Millrace.Network;

/// <summary>
/// The descriptors that a reactor waits on, by the token that epoll hands back: an index and a generation, so that an
/// event collected for a connection that was closed earlier in the same turn never reaches its successor. Reactor
/// thread only.
/// </summary>
internal sealed class PollTable
{
    private Pollable?[] entries = new Pollable?[16];
    private uint[] generations = new uint[16];
    private int[] freeIndexes = new int[16];
    private int freeCount;
    private int used;

    public void Add(Pollable entry)
    {
        int index = freeCount > 0 ? freeIndexes[--freeCount] : used++;
        if (index == entries.Length)
        {
            Array.Resize(ref entries, index * 2);
            Array.Resize(ref generations, index * 2);
            Array.Resize(ref freeIndexes, index * 2);
        }

        entries[index] = entry;
        entry.Token = ((ulong)generations[index] << 32) | (uint)index;
    }

    public void Remove(Pollable entry)
    {
        int index = (int)(uint)entry.Token;
        entries[index] = null;
        generations[index]++;
        freeIndexes[freeCount++] = index;
    }

    /// <summary>What the token stands for, or null where that is gone.</summary>
    public Pollable? Find(ulong token)
    {
        int index = (int)(uint)token;
        return generations[index] == (uint)(token >> 32) ? entries[index] : null;
    }

    /// <summary>The entry at an index below <see cref="Used"/>, or null.</summary>
    public Pollable? At(int index) => entries[index];

    /// <summary>Indexes in use, with the free ones between them.</summary>
    public int Used => used;
}
