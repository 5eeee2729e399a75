using Millrace.Testing;

namespace Millrace.Protocol.Tests.Schema;

/// <summary>
/// Walks Kafka's schemas and the C# declarations side by side: at every version they must be field for field the same,
/// in both directions.
/// </summary>
public sealed class SchemaWalkTests
{
    /// <summary>Each message of Kafka 4.4.0 as (module, name).</summary>
    public static TheoryData<string, string> KafkaMessages()
    {
        TheoryData<string, string> messages = [];
        foreach (string module in KafkaSchema.Modules.Where(module => module != KafkaSchema.OldModule))
        {
            foreach (MessageModel message in KafkaSchema.ReadModule(module))
            {
                messages.Add(module, message.Name);
            }
        }

        return messages;
    }

    [SharedFact(SharedPart.Messages)]
    public void Every_message_of_kafka_is_declared_and_no_other()
    {
        IEnumerable<string> kafka = KafkaSchema.Modules
            .SelectMany(KafkaSchema.ReadModule)
            .Select(message => message.Name)
            .Distinct();

        Assert.Equal(kafka.Order(), DeclaredSchema.Messages.Keys.Order());
    }

    [SharedTheory(SharedPart.Messages)]
    [MemberData(nameof(KafkaMessages))]
    public void Declaration_says_what_the_schema_says(string module, string name)
    {
        MessageModel kafka = KafkaSchema.ReadModule(module).Single(message => message.Name == name);
        MessageModel? old = module == "clients"
            ? KafkaSchema.ReadModule(KafkaSchema.OldModule).SingleOrDefault(message => message.Name == name)
            : null;
        MessageModel declared = DeclaredSchema.Messages[name];

        Assert.Equal(kafka.Type, declared.Type);
        Assert.Equal(kafka.Key, declared.Key);
        Assert.Equal(kafka.Versions.JoinedWith(old?.Versions ?? VersionSpan.None), declared.Versions);
        Assert.Equal(IsLatestUnstable(module, kafka), declared.IsLatestUnstable);
        AssertSameAtEveryVersion(kafka, declared);
        AssertSameIgnorables(old is null ? [kafka] : [kafka, old], declared);
        if (old is not null)
        {
            AssertSameAtEveryVersion(old, declared);
        }
    }

    [SharedTheory(SharedPart.Messages)]
    [MemberData(nameof(KafkaMessages))]
    public void Record_belongs_to_the_log_of_its_module(string module, string name)
    {
        MessageAttribute attribute = DeclaredSchema.AttributeOf(name);
        bool isRecord =
            attribute.Type is MessageType.Metadata or MessageType.CoordinatorKey or MessageType.CoordinatorValue;
        RecordLog expected = !isRecord ? RecordLog.None : module switch
        {
            "metadata" => RecordLog.ClusterMetadata,
            "group-coordinator" => RecordLog.ConsumerOffsets,
            "transaction-coordinator" => RecordLog.TransactionState,
            "share-coordinator" => RecordLog.ShareGroupState,
            "storage" => RecordLog.RemoteLogMetadata,
            _ => throw new InvalidDataException($"{module} has records, and no log is known for them"),
        };

        Assert.Equal(expected, attribute.Log);
    }

    /// <summary>Only requests are marked in the schemas; the response of the same version is as unstable.</summary>
    private static bool IsLatestUnstable(string module, MessageModel message)
    {
        if (message.Type != MessageType.Response)
        {
            return message.IsLatestUnstable;
        }

        return KafkaSchema.ReadModule(module)
            .Any(other => other.Type == MessageType.Request && other.Key == message.Key && other.IsLatestUnstable);
    }

    private static void AssertSameAtEveryVersion(MessageModel kafka, MessageModel declared)
    {
        List<string> differences = [];
        foreach (int version in kafka.Versions.Each)
        {
            Assert.True(
                kafka.Flexible.Has(version) == declared.Flexible.Has(version),
                $"version {version}: flexible in one of the two only");
            List<string> expected = kafka.LinesAt(version);
            List<string> actual = declared.LinesAt(version);
            differences.AddRange(expected.Except(actual).Select(line => $"version {version} lacks    {line}"));
            differences.AddRange(actual.Except(expected).Select(line => $"version {version} has surplus {line}"));
            if (differences.Count == 0 && !expected.SequenceEqual(actual))
            {
                differences.Add($"version {version}: order is {string.Join(" | ", actual)}");
            }
        }

        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    /// <summary>
    /// A field is ignorable where the schema of either release says so: the older one speaks for versions that the
    /// newer one does not write any more.
    /// </summary>
    private static void AssertSameIgnorables(MessageModel[] kafka, MessageModel declared)
    {
        HashSet<string> ignorable = [.. kafka.SelectMany(message => message.FieldsByIgnorable().Ignorable)];
        HashSet<string> strict = [.. kafka.SelectMany(message => message.FieldsByIgnorable().Strict).Except(ignorable)];
        (HashSet<string> Ignorable, HashSet<string> Strict) actual = declared.FieldsByIgnorable();

        Assert.Equal(ignorable.Order(), actual.Ignorable.Order());
        Assert.Equal(strict.Order(), actual.Strict.Order());
    }
}
