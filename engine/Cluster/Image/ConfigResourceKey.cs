namespace Millrace.Cluster;

/// <summary>Whose configs: a resource of one of Kafka's config resource types.</summary>
/// <param name="Type">Kafka's code: 2 topic, 4 broker, 16 client metrics, 32 group.</param>
/// <param name="Name">The resource; empty for the default of all brokers.</param>
public readonly record struct ConfigResourceKey(sbyte Type, string Name)
{
    public const sbyte TopicType = 2;
    public const sbyte BrokerType = 4;
    public const sbyte ClientMetricsType = 16;
    public const sbyte GroupType = 32;

    /// <summary>The configs that hold for every broker unless one has its own.</summary>
    public static ConfigResourceKey AllBrokers => new(BrokerType, "");

    public static ConfigResourceKey Topic(string name) => new(TopicType, name);

    public override string ToString() => $"{Type}:{Name}";
}
