namespace Millrace.Protocol.Generator.Model;

/// <summary>One field of a struct, as far as its codec depends on it.</summary>
/// <param name="Name">C# name, which is Kafka's.</param>
/// <param name="JsonName">Name in JSON.</param>
/// <param name="Type">Its type.</param>
/// <param name="Range">Versions that have it, within those that its struct is used in.</param>
/// <param name="Nullable">Versions that allow null.</param>
/// <param name="Tag">Its tag, or -1.</param>
/// <param name="Default">Its default.</param>
/// <param name="Traits">What else it is.</param>
internal sealed record FieldModel(
    string Name,
    string JsonName,
    FieldType Type,
    VersionRange Range,
    VersionRange Nullable,
    int Tag,
    DefaultValue Default,
    FieldTraits Traits)
{
    public bool IsTagged => Tag >= 0;

    public bool IsIgnorable => (Traits & FieldTraits.Ignorable) != 0;

    public bool IsNotFlexible => (Traits & FieldTraits.NotFlexible) != 0;

    public bool IsRecords => (Traits & FieldTraits.Records) != 0;

    /// <summary>Null is allowed in some version that has the field.</summary>
    public bool IsNullable => !Nullable.And(Range).IsEmpty;

    /// <summary>Null is allowed in every version that has the field.</summary>
    public bool IsAlwaysNullable => IsNullable && Nullable.Contains(Range);

    /// <summary>A C# condition that is true where the field has its default.</summary>
    public string IsDefaultTest => Default.Test(Name, Type, !Nullable.IsEmpty);

    /// <summary>The opposite.</summary>
    public string IsSetTest => Default.TestNot(Name, Type, !Nullable.IsEmpty);
}

/// <summary>What the attributes without a number say.</summary>
[System.Flags]
internal enum FieldTraits
{
    None = 0,
    Ignorable = 1,
    NotFlexible = 2,
    Records = 4,
    MapKey = 8,
}

/// <summary>A field's default.</summary>
/// <param name="Kind">What sort of value.</param>
/// <param name="Literal">C# text of a constant, else empty.</param>
internal readonly record struct DefaultValue(DefaultKind Kind, string Literal)
{
    public static DefaultValue Null => new(DefaultKind.Null, "");

    /// <summary>A C# condition that is true where the field has its default.</summary>
    public string Test(string field, FieldType type, bool nullable) => Kind switch
    {
        DefaultKind.Null => $"{field} is null",
        DefaultKind.Constant when type.Kind == FieldKind.String => $"{field} is {Literal}",
        DefaultKind.Constant when type.Kind == FieldKind.Bool => Literal == "true" ? field : $"!{field}",
        DefaultKind.Constant => $"{field} == {Literal}",
        DefaultKind.Empty when type.IsStruct => nullable ? $"{field}?.HasDefaults() == true" : $"{field}.HasDefaults()",
        DefaultKind.Empty when type.Kind == FieldKind.Uuid && !type.IsArray => $"{field} == default",
        _ => $"{field} is []",
    };

    /// <summary>The opposite of <see cref="Test"/>.</summary>
    public string TestNot(string field, FieldType type, bool nullable) => Kind switch
    {
        DefaultKind.Null => $"{field} is not null",
        DefaultKind.Constant when type.Kind == FieldKind.String => $"{field} is not {Literal}",
        DefaultKind.Constant when type.Kind == FieldKind.Bool => Literal == "true" ? $"!{field}" : field,
        DefaultKind.Constant => $"{field} != {Literal}",
        DefaultKind.Empty when type.IsStruct =>
            nullable ? $"{field}?.HasDefaults() != true" : $"!{field}.HasDefaults()",
        DefaultKind.Empty when type.Kind == FieldKind.Uuid && !type.IsArray => $"{field} != default",
        _ => $"{field} is not []",
    };
}

/// <summary>Sorts of defaults.</summary>
internal enum DefaultKind
{
    /// <summary>A number, a truth or a text.</summary>
    Constant,

    /// <summary>An empty array, a struct of defaults, the zero id.</summary>
    Empty,

    Null,
}
