namespace Millrace.Testing;

/// <summary>
/// The reference material beside the source tree: what Apache Kafka itself wrote, and facts about it. It is no part of
/// the product; a test that needs it is a <see cref="SharedFactAttribute"/> or a <see cref="SharedTheoryAttribute"/>
/// and is skipped where the material is absent.
/// </summary>
public static class SharedMaterial
{
    /// <summary>Environment variable <c>MILLRACE_SHARED</c>, or <c>../shared</c> beside the source tree.</summary>
    public static string Root { get; } = FromEnvironment("MILLRACE_SHARED", Path.Combine("..", "shared"));

    /// <summary>Environment variable <c>MILLRACE_GOLDEN</c>, or <c>golden</c> in <see cref="Root"/>.</summary>
    public static string Golden { get; } = FromEnvironment("MILLRACE_GOLDEN", Path.Combine(Root, "golden"));

    /// <summary>Environment variable <c>MILLRACE_KAFKA_DATA</c>, or <c>kafka-data</c> in <see cref="Root"/>.</summary>
    public static string KafkaData { get; } = FromEnvironment("MILLRACE_KAFKA_DATA", Path.Combine(Root, "kafka-data"));

    /// <summary>Kafka's message schemas, one folder per module.</summary>
    public static string Messages { get; } = Path.Combine(Root, "kafka", "messages");

    /// <summary>Tables of Kafka's error codes, APIs, configs and features.</summary>
    public static string Facts { get; } = Path.Combine(Root, "kafka", "facts");

    /// <summary>Whether the material as a whole is there.</summary>
    public static bool IsPresent => Has(SharedPart.Whole);

    /// <summary>Whether this part is there; a part may be, through its own variable, where the whole is not.</summary>
    public static bool Has(SharedPart part) => Directory.Exists(PathOf(part));

    /// <summary>Null where the part is there, otherwise the one line that says why a test is skipped.</summary>
    public static string? WhyAbsent(SharedPart part)
    {
        if (Has(part))
        {
            return null;
        }

        string variable = part switch
        {
            SharedPart.Golden => "MILLRACE_GOLDEN or MILLRACE_SHARED",
            SharedPart.KafkaData => "MILLRACE_KAFKA_DATA or MILLRACE_SHARED",
            _ => "MILLRACE_SHARED",
        };
        return $"needs Kafka's reference material, there is no folder {PathOf(part)} (set {variable})";
    }

    private static string PathOf(SharedPart part) => part switch
    {
        SharedPart.Golden => Golden,
        SharedPart.KafkaData => KafkaData,
        SharedPart.Messages => Messages,
        SharedPart.Facts => Facts,
        _ => Root,
    };

    private static string FromEnvironment(string variable, string orElse)
    {
        string? path = Environment.GetEnvironmentVariable(variable);
        return Path.GetFullPath(string.IsNullOrEmpty(path) ? orElse : path, Repository.Root);
    }
}
