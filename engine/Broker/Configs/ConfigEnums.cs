namespace Millrace.Broker;

/// <summary>The type of a config's value; the numbers are those of DescribeConfigs.</summary>
public enum ConfigType : sbyte
{
    Unknown = 0,
    Boolean = 1,
    String = 2,
    Int = 3,
    Short = 4,
    Long = 5,
    Double = 6,
    List = 7,
    Class = 8,
    Password = 9,
}

/// <summary>How much an operator should care; documentation only.</summary>
public enum ConfigImportance : byte
{
    High,
    Medium,
    Low,
}

/// <summary>Whether and where a broker config can be changed at run time.</summary>
public enum ConfigUpdate : byte
{
    /// <summary>Only in the properties file; a change takes a restart.</summary>
    ReadOnly,

    /// <summary>For one broker at a time.</summary>
    PerBroker,

    /// <summary>For one broker or as the default of all.</summary>
    ClusterWide,
}

/// <summary>Where an effective value comes from; the numbers are those of DescribeConfigs.</summary>
public enum ConfigSource : sbyte
{
    Unknown = 0,
    DynamicTopic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
    DynamicBrokerLogger = 6,
    DynamicClientMetrics = 7,
    DynamicGroup = 8,
}

/// <summary>What a config belongs to; the numbers are those of the config APIs and of the ConfigRecord.</summary>
public enum ConfigResourceType : sbyte
{
    Unknown = 0,
    Topic = 2,
    Broker = 4,
    BrokerLogger = 8,
    ClientMetrics = 16,
    Group = 32,
}

/// <summary>One resource that has configs. An empty broker name means the defaults of all brokers.</summary>
public readonly record struct ConfigResource(ConfigResourceType Type, string Name);

/// <summary>A change's verb; the numbers are those of IncrementalAlterConfigs.</summary>
public enum ConfigOperation : sbyte
{
    Set = 0,
    Delete = 1,
    Append = 2,
    Subtract = 3,
}
