namespace Millrace.Protocol;

/// <summary>
/// First version that has the field. Without it the field is there from the message's first version on.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class SinceAttribute(short version) : Attribute
{
    public short Version { get; } = version;
}

/// <summary>Last version that has the field, inclusive.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class UntilAttribute(short version) : Attribute
{
    public short Version { get; } = version;
}

/// <summary>The field may be null on the wire, in all its versions or from one on.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class NullableAttribute(short since = 0) : Attribute
{
    public short Since { get; } = since;

    /// <summary>Last version that allows null, inclusive.</summary>
    public short Until { get; set; } = short.MaxValue;
}

/// <summary>The field is a tagged one: written only where it differs from its default.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class TagAttribute(int tag) : Attribute
{
    public int Tag { get; } = tag;

    /// <summary>First version that has the field, as <see cref="SinceAttribute"/> says otherwise.</summary>
    public short Since { get; set; }
}

/// <summary>
/// A value is dropped in silence where the version written lacks the field; without this, writing it throws.
/// </summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class IgnorableAttribute : Attribute;

/// <summary>Part of the key that Kafka indexes the array of this struct by. It changes nothing on the wire.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class MapKeyAttribute : Attribute;

/// <summary>What the value names.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class EntityAttribute(EntityType type) : Attribute
{
    public EntityType Type { get; } = type;
}

/// <summary>The bytes are record batches: Kafka's type <c>records</c>.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class RecordsAttribute : Attribute;

/// <summary>The field keeps its old encoding in flexible versions too (the client id of request headers).</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class NotFlexibleAttribute : Attribute;

/// <summary>Kafka reads these bytes in place. It changes nothing on the wire.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class ZeroCopyAttribute : Attribute;

/// <summary>
/// Kafka's name, where C# forbids it: a struct named as a field beside it, or a field named as its class.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Class, Inherited = false)]
public sealed class KafkaNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}
