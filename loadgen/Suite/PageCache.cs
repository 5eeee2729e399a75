using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Suite;

/// <summary>The kernel's cache of files, made cold or full. Stateless.</summary>
internal static unsafe partial class PageCache
{
    private const int DoNotNeed = 4; // POSIX_FADV_DONTNEED
    private const int ChunkBytes = 1 << 20;
    private const long LeftFreeBytes = 512L << 20;

    /// <summary>
    /// Drops a topic's files, which nobody writes to any more, from the cache, so that reading them is cold. In small
    /// steps: a kernel without preemption lets nobody else run during a call.
    /// </summary>
    /// <param name="data">A broker's data directory.</param>
    /// <param name="topic">The topic's name.</param>
    /// <param name="writesBack">Whether to write them to the disk first: what is not there is not dropped.</param>
    public static void Evict(string data, string topic, bool writesBack)
    {
        foreach (string path in Directory.EnumerateDirectories(data, $"{topic}-*")
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.log")))
        {
            try
            {
                EvictFile(path, writesBack);
            }
            catch (FileNotFoundException)
            {
                // A segment that retention took meanwhile.
            }
        }
    }

    private static void EvictFile(string path, bool writesBack)
    {
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (writesBack)
        {
            RandomAccess.FlushToDisk(file);
        }

        long length = RandomAccess.GetLength(file);
        for (long start = 0; start < length; start += ChunkBytes)
        {
            Advise((int)file.DangerousGetHandle(), start, ChunkBytes, DoNotNeed);
        }
    }

    /// <summary>
    /// Fills free memory with clean cache, as on a machine that has been up for a while. A virtual machine whose host
    /// takes back free memory pays for each page that is used anew, up to 2 s/GB measured: that would be counted as
    /// the broker's work.
    /// </summary>
    /// <param name="folder">Where an empty file of the memory's size may stand for the while; it takes no
    /// space.</param>
    public static void Fill(string folder)
    {
        string path = Path.Combine(folder, "memory.fill");
        byte[] chunk = new byte[ChunkBytes];
        using FileStream file = new(path, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        file.SetLength(MemoryBytes("MemTotal"));
        while (MemoryBytes("MemFree") > LeftFreeBytes && file.Read(chunk) > 0)
        {
            // Reading is all: a hole's pages are clean, and the first to go when a broker needs memory.
        }
    }

    private static long MemoryBytes(string name) => ProcText.Field(File.ReadAllText("/proc/meminfo"), name) * 1024;

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int file, long offset, long length, int advice);
}
