namespace Millrace.Storage;

/// <summary>
/// Why the operating system refused. On the data path an error is a value, never an exception; what a caller decides by
/// is <see cref="IoErrors"/>.
/// </summary>
public enum IoError : byte
{
    /// <summary>Nothing went wrong.</summary>
    None = 0,

    /// <summary>No such file or folder (ENOENT).</summary>
    NotFound,

    /// <summary>The name is taken (EEXIST), or the folder to remove is not empty (ENOTEMPTY).</summary>
    AlreadyExists,

    /// <summary>
    /// The device is full (ENOSPC) or the owner's share of it is (EDQUOT): passes when space returns.
    /// </summary>
    NoSpace,

    /// <summary>The device failed to read or to write (EIO) or has turned read-only under us (EROFS).</summary>
    MediaFailure,

    /// <summary>
    /// This process or this machine has no descriptor left (EMFILE, ENFILE): passes when files are closed.
    /// </summary>
    TooManyFiles,

    /// <summary>The owner, the mode or a policy forbids it (EACCES, EPERM).</summary>
    AccessDenied,

    /// <summary>
    /// Another process, or another opening of the file in this one, holds the lock (EAGAIN, EACCES of fcntl).
    /// </summary>
    Locked,

    /// <summary>Beyond the largest file that the file system or the process's limit allows (EFBIG).</summary>
    FileTooLarge,

    /// <summary>The file system cannot do this at all (EOPNOTSUPP, ENOSYS).</summary>
    NotSupported,

    /// <summary>The name is too long (ENAMETOOLONG).</summary>
    NameTooLong,

    /// <summary>No memory in the kernel for it (ENOMEM).</summary>
    OutOfMemory,

    /// <summary>The file is larger than its kind may be; nothing was read.</summary>
    TooLarge,

    /// <summary>The bytes that were read are not what was once written.</summary>
    Damaged,

    /// <summary>It is not in memory, and who asked must not wait for the disk; nothing is wrong.</summary>
    WouldWait,

    /// <summary>The file was closed, or its machine has crashed (in simulation).</summary>
    Closed,

    /// <summary>Anything else; <see cref="IoResult.Errno"/> has the number.</summary>
    Other,
}

/// <summary>What an error means to those who keep data.</summary>
public static class IoErrors
{
    /// <summary>
    /// Whether it passes by itself: the operation left nothing behind that a later attempt could stumble over, and the
    /// log directory stays online. Everything else on a write or a sync takes the directory offline.
    /// </summary>
    public static bool IsPassing(this IoError error) =>
        error is IoError.NoSpace or IoError.TooManyFiles or IoError.OutOfMemory;

    /// <summary>Translates Linux's numbers (asm-generic/errno-base.h, the same on x86-64 and ARM64).</summary>
    internal static IoError FromErrno(int errno) => errno switch
    {
        0 => IoError.None,
        Errno.NoEntry => IoError.NotFound,
        Errno.Exists or Errno.NotEmpty => IoError.AlreadyExists,
        Errno.NoSpace or Errno.QuotaExceeded => IoError.NoSpace,
        Errno.InputOutput or Errno.ReadOnlyFileSystem => IoError.MediaFailure,
        Errno.ProcessFilesFull or Errno.SystemFilesFull => IoError.TooManyFiles,
        Errno.Access or Errno.NotPermitted => IoError.AccessDenied,
        Errno.Again => IoError.Locked,
        Errno.FileTooBig => IoError.FileTooLarge,
        Errno.NotSupported or Errno.NoSystemCall => IoError.NotSupported,
        Errno.NameTooLong => IoError.NameTooLong,
        Errno.NoMemory => IoError.OutOfMemory,
        Errno.BadDescriptor => IoError.Closed,
        _ => IoError.Other,
    };
}
