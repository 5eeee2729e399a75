namespace Millrace.Storage;

/// <summary>What an operation on a file answers: a count, and why it is not larger.</summary>
/// <param name="Bytes">
/// Bytes that were moved, or a length. After a failed write some bytes may have reached the file all the same: this
/// many at least.
/// </param>
/// <param name="Error">None where everything asked for was done. The end of the file is not an error.</param>
/// <param name="Errno">The operating system's number, for messages; 0 where there is none.</param>
public readonly record struct IoResult(long Bytes, IoError Error, int Errno = 0)
{
    /// <summary>Whether the operation failed.</summary>
    public bool Failed => Error != IoError.None;

    /// <summary>A success that moved <paramref name="bytes"/>.</summary>
    public static IoResult Of(long bytes) => new(bytes, IoError.None);

    public override string ToString() =>
        Failed ? Errno == 0 ? $"{Error}" : $"{Error} (errno {Errno})" : $"{Bytes} bytes";
}
