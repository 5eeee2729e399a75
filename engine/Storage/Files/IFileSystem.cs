using System.Diagnostics.CodeAnalysis;

namespace Millrace.Storage;

/// <summary>
/// The names of files: the other half of the port through which Storage sees the disk. A change of names (create,
/// rename, delete) survives a power cut only after <see cref="SyncDirectory"/> of the folder that holds the name. Any
/// thread; every call may wait for the disk, so none is made by a reactor. Nothing throws for what the disk or the
/// names are.
/// </summary>
public interface IFileSystem
{
    /// <summary>Opens a file.</summary>
    IoError Open(string path, OpenKind kind, [NotNullWhen(true)] out IFile? file);

    /// <summary>
    /// Gives a file or a folder another name in one step; what had that name is replaced (files only).
    /// </summary>
    IoError Rename(string from, string to);

    /// <summary>Removes a file's name; its space is free once nobody has it open.</summary>
    IoError Delete(string path);

    /// <summary>Makes a folder; its parent must exist.</summary>
    IoError CreateDirectory(string path);

    /// <summary>Removes an empty folder.</summary>
    IoError DeleteDirectory(string path);

    /// <summary>Brings the names in a folder to the device.</summary>
    IoError SyncDirectory(string path);

    /// <summary>
    /// Appends the entries of a folder to <paramref name="entries"/>, in no order, without <c>.</c> and <c>..</c>.
    /// </summary>
    IoError List(string path, List<DirectoryEntry> entries);

    /// <summary>What has this name.</summary>
    IoError Status(string path, out FileStatus status);

    /// <summary>
    /// Takes the lock that Kafka takes on <c>.lock</c>: exclusive, on the whole file, made where it does not exist,
    /// gone when its holder ends.
    /// </summary>
    /// <returns><see cref="IoError.Locked"/> where a running broker, Kafka's or ours, has it.</returns>
    IoError TryLock(string path, [NotNullWhen(true)] out IFileLock? held);

    /// <summary>Bytes that this process may still write to the device that holds <paramref name="path"/>.</summary>
    IoError FreeSpace(string path, out long bytes);
}

/// <summary>A lock on a file that is held until it is released or its process ends.</summary>
public interface IFileLock
{
    /// <summary>Gives the lock up and deletes its file, as Kafka does.</summary>
    void Release();
}

/// <summary>A name in a folder.</summary>
/// <param name="Name">The name alone.</param>
/// <param name="IsDirectory">Whether it names a folder.</param>
public readonly record struct DirectoryEntry(string Name, bool IsDirectory);

/// <summary>What is known of a file without opening it.</summary>
/// <param name="Length">Bytes; meaningless for a folder.</param>
/// <param name="IsDirectory">Whether it is a folder.</param>
/// <param name="ModifiedMs">Last change of the content, in milliseconds since 1970.</param>
public readonly record struct FileStatus(long Length, bool IsDirectory, long ModifiedMs);
