namespace Millrace.Storage;

/// <summary>
/// A file that does nothing but hold space in a log directory. On a full disk it is given up, so that what frees space,
/// the deletion of segments and topics, can still be recorded; it is taken again when there is room. Kafka passes over
/// it: it looks at folders and at the names that it knows. Thread-safe.
/// </summary>
public sealed class SpaceReserve
{
    /// <summary>The file's name, in the log directory itself.</summary>
    public const string FileName = ".millrace-reserve";

    private readonly IFileSystem fileSystem;
    private readonly string path;
    private readonly long bytes;
    private readonly Lock gate = new();

    /// <param name="fileSystem">Where the log directory is.</param>
    /// <param name="logDirectory">The log directory.</param>
    /// <param name="bytes">Space to hold.</param>
    public SpaceReserve(IFileSystem fileSystem, string logDirectory, long bytes = StorageLimits.SpaceReserveBytes)
    {
        this.fileSystem = fileSystem;
        path = System.IO.Path.Join(logDirectory, FileName);
        this.bytes = bytes;
    }

    /// <summary>Whether the space is held.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>
    /// Takes the space where it is not held: at the start, and then whenever the directory's owner looks at its free
    /// space. Leaves twice the reserve to others, so that it never makes a disk full by itself.
    /// </summary>
    /// <returns>Why not; <see cref="IoError.NoSpace"/> while the disk is full.</returns>
    public IoError Take()
    {
        lock (gate)
        {
            if (IsHeld)
            {
                return IoError.None;
            }

            IoError error = fileSystem.Open(path, OpenKind.OpenOrCreate, out IFile? file);
            if (file is null)
            {
                return error;
            }

            error = Fill(file);
            file.Close();
            IsHeld = error == IoError.None;
            if (!IsHeld)
            {
                _ = fileSystem.Delete(path);
            }

            return error;
        }
    }

    private IoError Fill(IFile file)
    {
        IoError error = fileSystem.FreeSpace(path, out long free);
        if (error != IoError.None)
        {
            return error;
        }

        // A file left by an earlier run holds its space already: its length says so, as zeros are really written.
        IoResult length = file.Length();
        if (length.Failed || length.Bytes >= bytes)
        {
            return length.Error;
        }

        return free < 3 * bytes ? IoError.NoSpace : WriteZeros(file);
    }

    private IoError WriteZeros(IFile file)
    {
        byte[] zeros = new byte[64 * 1024];
        for (long position = 0; position < bytes; position += zeros.Length)
        {
            int count = (int)Math.Min(zeros.Length, bytes - position);
            IoResult written = file.Write(position, zeros.AsSpan(0, count));
            if (written.Failed)
            {
                return written.Error;
            }
        }

        return file.Sync();
    }

    /// <summary>Gives the space back to the disk.</summary>
    /// <returns>Whether there was any to give.</returns>
    public bool Release()
    {
        lock (gate)
        {
            if (!IsHeld)
            {
                return false;
            }

            IsHeld = false;
            return fileSystem.Delete(path) == IoError.None;
        }
    }
}
