using System.Globalization;
using Millrace.Network;

namespace Millrace.Loadgen.Floors;

/// <summary>
/// Files that a floor appends to, as a broker does whose topic is kept short: new pages in space that was taken ahead,
/// the next file when one is full, and the last one gone. Owned by one thread; all files are gone afterwards.
/// </summary>
internal sealed unsafe class FloorFiles : IDisposable
{
    /// <summary>Bytes of one file.</summary>
    public const int FileBytes = 32 << 20;

    private readonly string folder;
    private string path = "";
    private int count;
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
        if (Current >= 0)
        {
            Syscalls.Close(Current);
            File.Delete(path);
            Current = -1;
        }
    }

    private void Roll()
    {
        Dispose();
        path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"floor-{count++}.log"));
        Current = FloorCalls.CreateFile(path);
        FloorCalls.Reserve(Current, FileBytes);
        position = 0;
    }
}
