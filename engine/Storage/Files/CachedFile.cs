using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Millrace.Storage;

/// <summary>
/// A file that is open only while the cache lets it. Whoever uses it pins it for as long as the <see cref="IFile"/>, or
/// its descriptor in a pending <c>sendfile</c>, is in use. Any thread; closed it costs one object and its path.
/// </summary>
public sealed class CachedFile
{
    private const int Closed = -1;

    private readonly FileCache cache;

    // Pins held on the open file, or Closed. From Closed it only moves under the cache's lock.
    private int pins = Closed;
    private IFile? file;
    private bool recentlyUsed;
    private volatile bool isRetired;

    /// <param name="cache">Opens and closes the file.</param>
    /// <param name="path">Where it is now; see <see cref="MovedTo"/>.</param>
    /// <param name="kind">How it is opened, each time: never a kind that empties the file or insists on its being
    /// new.</param>
    public CachedFile(FileCache cache, string path, OpenKind kind)
    {
        if (kind is OpenKind.CreateNew or OpenKind.CreateOrEmpty)
        {
            throw new ArgumentException(
                "A cached file is opened many times: it cannot be made new each time.", nameof(kind));
        }

        this.cache = cache;
        Path = path;
        Kind = kind;
    }

    /// <summary>Where the file will be opened next.</summary>
    public string Path { get; internal set; }

    /// <summary>Where the file is opened.</summary>
    public IFileSystem FileSystem => cache.FileSystem;

    /// <summary>How the file is opened.</summary>
    public OpenKind Kind { get; }

    internal bool IsRetired
    {
        get => isRetired;
        set => isRetired = value;
    }

    /// <summary>
    /// Keeps the file open until <see cref="Unpin"/>; opens it where necessary, which may wait for the disk.
    /// </summary>
    /// <param name="pinned">The open file, or null.</param>
    /// <param name="mayWait">False: a file that is not open stays so, <see cref="IoError.WouldWait"/>.</param>
    public IoError Pin([NotNullWhen(true)] out IFile? pinned, bool mayWait = true)
    {
        if (!TryPin())
        {
            IoError error = mayWait ? cache.OpenPinned(this) : IoError.WouldWait;
            if (error != IoError.None)
            {
                pinned = null;
                return error;
            }
        }

        if (!recentlyUsed)
        {
            recentlyUsed = true;
        }

        pinned = file!;
        return IoError.None;
    }

    /// <summary>As <see cref="Pin"/>, and makes the file, empty, where it is missing.</summary>
    public IoError PinOrCreate([NotNullWhen(true)] out IFile? pinned)
    {
        IoError error = Pin(out pinned);
        if (error == IoError.NotFound)
        {
            error = cache.Empty(this);
            if (error == IoError.None)
            {
                error = Pin(out pinned);
            }
        }

        return error;
    }

    /// <summary>Gives one pin back.</summary>
    public void Unpin()
    {
        int left = Interlocked.Decrement(ref pins);
        Debug.Assert(left >= 0, "unpinned more often than pinned");
        if (left == 0 && isRetired)
        {
            cache.CloseRetired(this);
        }
    }

    /// <summary>
    /// Renames the file on disk; nobody can open it by the wrong name meanwhile, an open descriptor stays good.
    /// </summary>
    public IoError Rename(string to) => cache.Rename(this, to);

    /// <summary>The file has got another path, as its folder was renamed: an open descriptor stays good.</summary>
    public void MovedTo(string path) => cache.Repath(this, path);

    /// <summary>Makes the file empty, and makes it where it is missing, whatever its kind of opening.</summary>
    public IoError Empty() => cache.Empty(this);

    /// <summary>Deletes the file, whose name may be made anew later; an idle descriptor is closed.</summary>
    public IoError Delete() => cache.Delete(this);

    /// <summary>
    /// The file is not needed again: it is closed as soon as nobody has it pinned, and a new pin fails.
    /// </summary>
    public void Retire() => cache.Retire(this);

    internal bool TryPin()
    {
        int seen = Volatile.Read(ref pins);
        while (seen >= 0)
        {
            int found = Interlocked.CompareExchange(ref pins, seen + 1, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    internal void AttachPinned(IFile opened)
    {
        file = opened;
        Volatile.Write(ref pins, 1);
    }

    /// <summary>
    /// Takes the open file away where nobody has it pinned and, unless told otherwise, nobody used it lately.
    /// </summary>
    internal bool TryDetach(bool evenIfUsed, out IFile? detached)
    {
        detached = null;
        if (recentlyUsed && !evenIfUsed && Volatile.Read(ref pins) == 0)
        {
            recentlyUsed = false;
            return false;
        }

        if (Interlocked.CompareExchange(ref pins, Closed, 0) != 0)
        {
            return false;
        }

        detached = file;
        file = null;
        return true;
    }
}
