namespace Millrace.Protocol.Generator.Model;

/// <summary>One struct: a message class or one nested in it.</summary>
/// <param name="ClassName">C# name, which is Kafka's unless a field has it already.</param>
/// <param name="Context">Versions that it is used in.</param>
/// <param name="Fields">In the order of the wire.</param>
/// <param name="Uses">How its message uses it.</param>
/// <param name="WireSizeMin">No encoding is smaller, in bytes; at least 1.</param>
/// <param name="Memory">Size of a fresh object and what it makes at once, in bytes.</param>
internal sealed record StructModel(
    string ClassName,
    VersionRange Context,
    EquatableArray<FieldModel> Fields,
    StructUses Uses,
    int WireSizeMin,
    int Memory);

/// <summary>What is emitted for a struct only where it is called.</summary>
[System.Flags]
internal enum StructUses
{
    None = 0,

    /// <summary>Elements of an array.</summary>
    Elements = 1,

    /// <summary>A field that may be null.</summary>
    Nullable = 2,

    /// <summary>A field whose default is a fresh struct, and that somebody compares with it.</summary>
    Compared = 4,
}
