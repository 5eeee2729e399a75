namespace Millrace.Storage;

/// <summary>
/// Replaces small files as a whole: after a crash a file has its old content or its new one, never a mixture, and once
/// <see cref="Write"/> has answered it has the new one. Temporary file, fsync, rename, fsync of the folder. One for
/// each log directory; not thread-safe for one and the same path.
/// </summary>
/// <param name="fileSystem">Where the files are.</param>
/// <param name="reserve">Space to fall back on when the disk is full; null where there is none.</param>
public sealed class AtomicFileWriter(IFileSystem fileSystem, SpaceReserve? reserve = null)
{
    /// <summary>
    /// What the temporary file's name ends in, as Kafka's does. One that is found at start is rubbish.
    /// </summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Writes a file anew.</summary>
    /// <returns>
    /// The first failure. The old content then still stands, unless the fsync of the folder failed: then it may be
    /// either.
    /// </returns>
    public IoError Write(string path, ReadOnlySpan<byte> bytes)
    {
        IoError error = WriteOnce(path, bytes);
        if (error == IoError.NoSpace && reserve is not null && reserve.Release())
        {
            error = WriteOnce(path, bytes);
        }

        return error;
    }

    private IoError WriteOnce(string path, ReadOnlySpan<byte> bytes)
    {
        string temporary = path + TemporarySuffix;
        IoError error = fileSystem.Open(temporary, OpenKind.CreateOrEmpty, out IFile? file);
        if (file is null)
        {
            return error;
        }

        error = file.Write(0, bytes).Error;
        if (error == IoError.None)
        {
            error = file.Sync();
        }

        file.Close();
        if (error == IoError.None)
        {
            error = fileSystem.Rename(temporary, path);
        }

        if (error != IoError.None)
        {
            // The failure that is reported is the one that counts; a temporary file left behind is overwritten next
            // time.
            _ = fileSystem.Delete(temporary);
            return error;
        }

        return fileSystem.SyncDirectory(System.IO.Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes a file so that it stays deleted. One that is not there is no error.</summary>
    public IoError Delete(string path)
    {
        IoError error = fileSystem.Delete(path);
        if (error == IoError.NoSpace && reserve is not null && reserve.Release())
        {
            error = fileSystem.Delete(path);
        }

        return error switch
        {
            IoError.None => fileSystem.SyncDirectory(System.IO.Path.GetDirectoryName(path)!),
            IoError.NotFound => IoError.None,
            _ => error,
        };
    }
}
