namespace Millrace.Storage;

/// <summary>How a file is opened.</summary>
public enum OpenKind : byte
{
    /// <summary>For reading; the file must exist.</summary>
    Read,

    /// <summary>For reading and writing; the file must exist.</summary>
    ReadWrite,

    /// <summary>For reading and writing; made where it does not exist.</summary>
    OpenOrCreate,

    /// <summary>
    /// For reading and writing; fails with <see cref="IoError.AlreadyExists"/> where the name is taken.
    /// </summary>
    CreateNew,

    /// <summary>For reading and writing; made, or emptied where it exists.</summary>
    CreateOrEmpty,
}
