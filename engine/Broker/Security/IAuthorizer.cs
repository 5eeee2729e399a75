namespace Millrace.Broker;

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
