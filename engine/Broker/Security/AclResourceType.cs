namespace Millrace.Broker;

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
