namespace Millrace.Broker;

/// <summary>What is done to a resource, with Kafka's numbers.</summary>
public enum AclOperation : sbyte
{
    Read = 3,
    Write = 4,
    Create = 5,
    Delete = 6,
    Alter = 7,
    Describe = 8,
    ClusterAction = 9,
    DescribeConfigs = 10,
    AlterConfigs = 11,
    IdempotentWrite = 12,
    CreateTokens = 13,
    DescribeTokens = 14,
    TwoPhaseCommit = 15,
}

/// <summary>What an operation is done to, with Kafka's numbers.</summary>
public enum AclResourceType : sbyte
{
    Topic = 2,
    Group = 3,
    Cluster = 4,
    TransactionalId = 5,
    DelegationToken = 6,
    User = 7,
}

/// <summary>
/// Port: who may do what. Asked on reactors and on control loops, for each resource of each request, so it neither
/// blocks nor allocates.
/// </summary>
public interface IAuthorizer
{
    /// <param name="session">What the connection is known as: <c>Connection.Session</c>.</param>
    /// <param name="operation">What is to be done.</param>
    /// <param name="type">To a resource of which kind.</param>
    /// <param name="name">The resource's name in UTF-8; <see cref="ClusterName"/> for the cluster.</param>
    bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name);

    /// <summary>The name by which Kafka calls the one cluster that there is.</summary>
    static ReadOnlySpan<byte> ClusterName => "kafka-cluster"u8;
}

/// <summary>No authorizer is configured: everybody may do everything, as in Kafka.</summary>
public sealed class AllowAllAuthorizer : IAuthorizer
{
    public static AllowAllAuthorizer Instance { get; } = new();

    public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) => true;
}
