using System.Globalization;
using Millrace.Network;

namespace Millrace.Loadgen.Floors;

/// <summary>
/// Files that a floor appends to, as a broker does: new pages in space that was taken ahead, the next file when one is
/// full. Owned by one thread; all files are gone afterwards.
/// </summary>
internal sealed unsafe class FloorFiles : IDisposable
{
    // A quarter of Kafka's segment: several rolls in a short run, as in a long one.
    private const long FileBytes = 256L << 20;

    private readonly string folder;
    private readonly List<string> paths = [];
    private long position;

    public FloorFiles(string folder)
    {
        this.folder = folder;
        Roll();
    }

    /// <summary>The file that is written now.</summary>
    public int Current { get; private set; } = -1;

    /// <summary>Appends pieces with one call.</summary>
    public void Append(IoVector* pieces, int count, long bytes)
    {
        if (position + bytes > FileBytes)
        {
            Roll();
        }

        FloorCalls.WriteAll(Current, pieces, count, position, bytes);
        position += bytes;
    }

    public void Dispose()
    {
        Syscalls.Close(Current);
        paths.ForEach(File.Delete);
    }

    private void Roll()
    {
        if (Current >= 0)
        {
            Syscalls.Close(Current);
        }

        paths.Add(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"floor-{paths.Count}.log")));
        Current = FloorCalls.CreateFile(paths[^1]);
        FloorCalls.Reserve(Current, FileBytes);
        position = 0;
    }
}
