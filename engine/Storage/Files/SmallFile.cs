using System.Diagnostics.CodeAnalysis;

namespace Millrace.Storage;

/// <summary>What reading a small file came to: its value, or why there is none.</summary>
/// <typeparam name="T">The type that owns the file's format.</typeparam>
/// <param name="Value">The content; null unless the file was there, could be read, and passed every check.</param>
/// <param name="Error">Why it could not be read; <see cref="IoError.NotFound"/> where it is not there.</param>
/// <param name="Damage">What is wrong with its bytes, as one clause without the file's name; null where nothing
/// is.</param>
public readonly record struct SmallFileRead<T>(T? Value, IoError Error, string? Damage)
    where T : class
{
    /// <summary>The content is there and sound.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsGood => Value is not null;

    /// <summary>There is no such file.</summary>
    public bool IsMissing => Error == IoError.NotFound;

    /// <summary>The file was read, but its bytes are not what was once written.</summary>
    [MemberNotNullWhen(true, nameof(Damage))]
    public bool IsDamaged => Damage is not null;
}

/// <summary>Turns a file's bytes into its value.</summary>
/// <param name="bytes">All of the file.</param>
/// <param name="value">The content, or null.</param>
/// <returns>Null where all is well, otherwise what is wrong: text for the operator.</returns>
public delegate string? SmallFileParser<T>(ReadOnlySpan<byte> bytes, out T? value)
    where T : class;

/// <summary>Reads small files whole. Writing is <see cref="AtomicFileWriter"/>'s part.</summary>
public static class SmallFile
{
    /// <summary>Reads and parses a file.</summary>
    public static SmallFileRead<T> Read<T>(IFileSystem fileSystem, string path, SmallFileParser<T> parser)
        where T : class
    {
        IoError error = ReadBytes(fileSystem, path, out byte[] bytes);
        if (error != IoError.None)
        {
            return new SmallFileRead<T>(null, error, null);
        }

        string? damage = parser(bytes, out T? value);
        return damage is null
            ? new SmallFileRead<T>(value, IoError.None, null)
            : new SmallFileRead<T>(null, IoError.None, damage);
    }

    /// <summary>Reads all bytes of a file, <see cref="StorageLimits.SmallFileBytesMax"/> at most.</summary>
    public static IoError ReadBytes(IFileSystem fileSystem, string path, out byte[] bytes)
    {
        bytes = [];
        IoError error = fileSystem.Open(path, OpenKind.Read, out IFile? file);
        if (file is null)
        {
            return error;
        }

        IoResult length = file.Length();
        if (!length.Failed && length.Bytes > StorageLimits.SmallFileBytesMax)
        {
            length = new IoResult(length.Bytes, IoError.TooLarge);
        }

        if (!length.Failed)
        {
            bytes = new byte[length.Bytes];
            length = file.Read(0, bytes);
            if (length.Bytes < bytes.Length)
            {
                bytes = bytes[..(int)length.Bytes];
            }
        }

        file.Close();
        return length.Error;
    }
}
