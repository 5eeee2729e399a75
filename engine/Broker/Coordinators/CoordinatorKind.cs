namespace Millrace.Broker;

/// <summary>A kind of coordinator that clients look for.</summary>
/// <param name="KeyType">Kafka's number: 0 for groups, 1 for transactional ids, 2 for share groups.</param>
/// <param name="Topic">Its internal topic.</param>
/// <param name="PartitionOf">The partition of a key.</param>
public sealed record CoordinatorKind(sbyte KeyType, string Topic, Func<string, int> PartitionOf)
{
    public const sbyte Group = 0;
    public const sbyte Transaction = 1;
    public const sbyte Share = 2;
}
