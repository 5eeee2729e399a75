namespace Millrace.Protocol.Generator.Model;

/// <summary>Kafka's types. An array is one of these with <see cref="FieldType.IsArray"/>.</summary>
internal enum FieldKind
{
    Bool,
    Int8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    Float64,
    Uuid,
    String,
    Bytes,
    Struct,
}

/// <summary>A field's type.</summary>
/// <param name="Kind">Kafka's type, of the elements where it is an array.</param>
/// <param name="IsArray">Whether it is an array of them.</param>
/// <param name="Name">C# name of the type, of the elements where it is an array.</param>
internal readonly record struct FieldType(FieldKind Kind, bool IsArray, string Name)
{
    public bool IsStruct => Kind == FieldKind.Struct && !IsArray;

    public bool IsStructArray => Kind == FieldKind.Struct && IsArray;

    /// <summary>
    /// Size on the wire and in memory where that is always the same, else 0. Of the elements of an array.
    /// </summary>
    public int ElementSize => Kind switch
    {
        FieldKind.Bool or FieldKind.Int8 => 1,
        FieldKind.Int16 or FieldKind.UInt16 => 2,
        FieldKind.Int32 or FieldKind.UInt32 => 4,
        FieldKind.Int64 or FieldKind.Float64 => 8,
        FieldKind.Uuid => 16,
        _ => 0,
    };

    /// <summary>Size on the wire where that is always the same, else 0.</summary>
    public int FixedSize => IsArray ? 0 : ElementSize;

    /// <summary>Whether C# could hold a null here.</summary>
    public bool IsReference => IsArray || ElementSize == 0;
}
