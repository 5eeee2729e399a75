using System.Globalization;
using System.Reflection;
using Millrace.Base;

namespace Millrace.Protocol.Tests.Schema;

/// <summary>
/// Reads the C# declarations of messages by reflection, into the form that Kafka's schemas are read into.
/// </summary>
public static class DeclaredSchema
{
    /// <summary>Type of the field that the generator adds to every struct; no schema knows it.</summary>
    private const string KeptUnknownTags = "UnknownTaggedFields";

    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>Every declared message by its name.</summary>
    public static IReadOnlyDictionary<string, MessageModel> Messages { get; } = ReadAll();

    public static MessageAttribute AttributeOf(string message) =>
        MessageTypes().First(type => type.Name == message).GetCustomAttribute<MessageAttribute>()!;

    private static IEnumerable<Type> MessageTypes() =>
        typeof(MessageAttribute).Assembly.GetTypes().Where(type => type.IsDefined(typeof(MessageAttribute), false));

    private static Dictionary<string, MessageModel> ReadAll() =>
        MessageTypes().Select(Read).ToDictionary(message => message.Name);

    private static MessageModel Read(Type type)
    {
        MessageAttribute attribute = type.GetCustomAttribute<MessageAttribute>()!;
        VersionSpan versions = VersionSpan.Parse(attribute.Versions);
        if (attribute.UnstableFrom >= 0)
        {
            Assert.Equal(versions.Last, attribute.UnstableFrom);
        }

        return new MessageModel
        {
            Name = type.Name,
            Type = attribute.Type,
            Key = attribute.Key,
            Versions = versions,
            Flexible = VersionSpan.Parse(attribute.Flexible),
            IsLatestUnstable = attribute.UnstableFrom >= 0,
            Fields = ReadFields(type),
        };
    }

    private static List<FieldModel> ReadFields(Type type)
    {
        object defaults = Activator.CreateInstance(type)!;
        // The compiler numbers members in the order in which they are declared.
        return [.. type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Where(field => field.FieldType.Name != KeptUnknownTags)
            .OrderBy(field => field.MetadataToken)
            .Select(field => ReadField(field, defaults))];
    }

    private static FieldModel ReadField(FieldInfo field, object defaults)
    {
        TagAttribute? tag = field.GetCustomAttribute<TagAttribute>();
        NullableAttribute? nullable = field.GetCustomAttribute<NullableAttribute>();
        int since = field.GetCustomAttribute<SinceAttribute>()?.Version ?? tag?.Since ?? 0;
        VersionSpan versions = new(since, field.GetCustomAttribute<UntilAttribute>()?.Version ?? short.MaxValue);
        if (!field.FieldType.IsValueType)
        {
            bool mayBeNull = Nullability.Create(field).ReadState == NullabilityState.Nullable;
            Assert.True(
                mayBeNull == (nullable is not null),
                $"{field.DeclaringType}.{field.Name}: `?` without [Nullable], or the reverse");
        }

        bool isRecords = field.IsDefined(typeof(RecordsAttribute));
        Type element = field.FieldType.IsArray ? field.FieldType.GetElementType()! : field.FieldType;
        return new FieldModel
        {
            Name = field.GetCustomAttribute<KafkaNameAttribute>()?.Name ?? field.Name,
            Type = isRecords ? "records" : KafkaType(field.FieldType),
            Versions = versions,
            Nullable = nullable is null ? VersionSpan.None : new(nullable.Since, nullable.Until),
            Tag = tag?.Tag,
            Tagged = tag is null ? VersionSpan.None : new(Math.Max(since, tag.Since), short.MaxValue),
            Default = Default(field.GetValue(defaults)),
            Entity = field.GetCustomAttribute<EntityAttribute>()?.Type.ToString(),
            IsMapKey = field.IsDefined(typeof(MapKeyAttribute)),
            IsIgnorable = field.IsDefined(typeof(IgnorableAttribute)),
            IsZeroCopy = field.IsDefined(typeof(ZeroCopyAttribute)),
            IsNeverFlexible = field.IsDefined(typeof(NotFlexibleAttribute)),
            Fields = IsStruct(element) ? ReadFields(element) : [],
        };
    }

    private static bool IsStruct(Type type) => type.IsClass && type != typeof(string) && !type.IsArray;

    private static string KafkaType(Type type)
    {
        if (type == typeof(byte[]))
        {
            return "bytes";
        }

        if (type.IsArray)
        {
            return "[]" + KafkaType(type.GetElementType()!);
        }

        return type switch
        {
            _ when type == typeof(bool) => "bool",
            _ when type == typeof(sbyte) => "int8",
            _ when type == typeof(short) => "int16",
            _ when type == typeof(ushort) => "uint16",
            _ when type == typeof(int) => "int32",
            _ when type == typeof(uint) => "uint32",
            _ when type == typeof(long) => "int64",
            _ when type == typeof(double) => "float64",
            _ when type == typeof(string) => "string",
            _ when type == typeof(Uuid) => "uuid",
            _ when IsStruct(type) => type.GetCustomAttribute<KafkaNameAttribute>()?.Name ?? type.Name,
            _ => throw new InvalidOperationException($"{type} stands for no type of Kafka's"),
        };
    }

    private static string Default(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        Uuid id => id == Uuid.Zero ? "zero" : id.ToString(),
        Array { Length: 0 } => "[]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => "new",
    };
}
