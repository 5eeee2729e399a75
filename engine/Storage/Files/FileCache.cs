namespace Millrace.Storage;

/// <summary>
/// Bounds how many files are open at once. Files are opened when they are first needed, shared by everybody who needs
/// them, and closed again, the least used first (second chance), when there are too many. Thread-safe: pinning an open
/// file is one interlocked operation; opening and closing happen under a lock, and can wait for the disk.
/// </summary>
public sealed class FileCache
{
    private readonly IFileSystem fileSystem;
    private readonly int openMax;
    private readonly Lock gate = new();

    // The open files, in a ring that the second-chance hand walks.
    private readonly List<CachedFile> open = [];
    private int hand;

    /// <param name="fileSystem">Opens the files.</param>
    /// <param name="openMax">
    /// Descriptors that may be kept open. It is passed only while more files than that are pinned at the same moment.
    /// </param>
    public FileCache(IFileSystem fileSystem, int openMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(openMax, 1);
        this.fileSystem = fileSystem;
        this.openMax = openMax;
    }

    /// <summary>The file system behind.</summary>
    public IFileSystem FileSystem => fileSystem;

    /// <summary>Descriptors open now.</summary>
    public int OpenCount
    {
        get
        {
            lock (gate)
            {
                return open.Count;
            }
        }
    }

    /// <summary>Opens the file behind an entry and pins it once. The caller has found it closed.</summary>
    internal IoError OpenPinned(CachedFile entry)
    {
        lock (gate)
        {
            if (entry.TryPin())
            {
                return IoError.None;
            }

            if (entry.IsRetired)
            {
                return IoError.Closed;
            }

            MakeRoom(openMax - 1);
            IoError error = fileSystem.Open(entry.Path, entry.Kind, out IFile? file);
            if (error == IoError.TooManyFiles)
            {
                // The process shares its descriptors with its connections: give back a quarter and try once more.
                MakeRoom(open.Count - 1 - (open.Count / 4));
                error = fileSystem.Open(entry.Path, entry.Kind, out file);
            }

            if (file is not null)
            {
                open.Add(entry);
                entry.AttachPinned(file);
            }

            return error;
        }
    }

    /// <summary>
    /// Closes unpinned files until at most <paramref name="target"/> are open, or all that are left are pinned.
    /// </summary>
    private void MakeRoom(int target)
    {
        // Two rounds: the first may only take away second chances.
        for (int steps = 2 * open.Count; steps > 0 && open.Count > Math.Max(target, 0); steps--)
        {
            if (hand >= open.Count)
            {
                hand = 0;
            }

            if (open[hand].TryDetach(evenIfUsed: false, out IFile? file))
            {
                file!.Close();
                RemoveAtHand();
            }
            else
            {
                hand++;
            }
        }
    }

    private void RemoveAtHand()
    {
        // Order in the ring means little: the last one takes the place.
        open[hand] = open[^1];
        open.RemoveAt(open.Count - 1);
    }

    /// <summary>Gives an entry another path, under which it will be opened from now on.</summary>
    internal void Repath(CachedFile entry, string path)
    {
        lock (gate)
        {
            entry.Path = path;
        }
    }

    /// <summary>Renames an entry's file on disk and in the cache as one step.</summary>
    internal IoError Rename(CachedFile entry, string path)
    {
        lock (gate)
        {
            IoError error = fileSystem.Rename(entry.Path, path);
            if (error == IoError.None)
            {
                entry.Path = path;
            }

            return error;
        }
    }

    /// <summary>
    /// Empties or makes an entry's file. A descriptor of one that was deleted meanwhile is closed first.
    /// </summary>
    internal IoError Empty(CachedFile entry)
    {
        lock (gate)
        {
            CloseIfIdle(entry);
            IoError error = fileSystem.Open(entry.Path, OpenKind.CreateOrEmpty, out IFile? file);
            file?.Close();
            return error;
        }
    }

    /// <summary>Deletes an entry's file by name.</summary>
    internal IoError Delete(CachedFile entry)
    {
        lock (gate)
        {
            CloseIfIdle(entry);
            return fileSystem.Delete(entry.Path);
        }
    }

    /// <summary>Takes an entry out for good; its descriptor is closed now, or by the last unpin.</summary>
    internal void Retire(CachedFile entry)
    {
        lock (gate)
        {
            entry.IsRetired = true;
            CloseIfIdle(entry);
        }
    }

    /// <summary>Closes an entry that nobody has pinned any more.</summary>
    internal void CloseRetired(CachedFile entry)
    {
        lock (gate)
        {
            CloseIfIdle(entry);
        }
    }

    private void CloseIfIdle(CachedFile entry)
    {
        if (entry.TryDetach(evenIfUsed: true, out IFile? file))
        {
            file!.Close();
            open.Remove(entry);
        }
    }
}
