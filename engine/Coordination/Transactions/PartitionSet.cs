using System.Collections;

namespace Millrace.Coordination.Transactions;

/// <summary>
/// The partitions of a transaction, in order. Immutable, as states are compared and taken back; a transaction has few
/// of them, and every change is written to the log whole anyway.
/// </summary>
public sealed class PartitionSet : IReadOnlyCollection<TransactionPartition>, IEquatable<PartitionSet>
{
    private readonly TransactionPartition[] partitions;

    private PartitionSet(TransactionPartition[] partitions) => this.partitions = partitions;

    public static PartitionSet Empty { get; } = new([]);

    public int Count => partitions.Length;

    public bool IsEmpty => partitions.Length == 0;

    public static PartitionSet Of(IEnumerable<TransactionPartition> partitions)
    {
        SortedSet<TransactionPartition> sorted = [.. partitions];
        return sorted.Count == 0 ? Empty : new PartitionSet([.. sorted]);
    }

    public bool Contains(TransactionPartition partition) => Array.BinarySearch(partitions, partition) >= 0;

    public bool ContainsAll(IReadOnlyCollection<TransactionPartition> others)
    {
        foreach (TransactionPartition other in others)
        {
            if (!Contains(other))
            {
                return false;
            }
        }

        return true;
    }

    public PartitionSet With(IReadOnlyCollection<TransactionPartition> others) =>
        ContainsAll(others) ? this : Of([.. partitions, .. others]);

    public PartitionSet Without(IReadOnlyCollection<TransactionPartition> others)
    {
        TransactionPartition[] rest = Array.FindAll(partitions, one => !others.Contains(one));
        return rest.Length == partitions.Length ? this : new PartitionSet(rest);
    }

    public IEnumerator<TransactionPartition> GetEnumerator() =>
        ((IEnumerable<TransactionPartition>)partitions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => partitions.GetEnumerator();

    public bool Equals(PartitionSet? other) => other is not null && partitions.AsSpan().SequenceEqual(other.partitions);

    public override bool Equals(object? obj) => Equals(obj as PartitionSet);

    public override int GetHashCode() => partitions.Length == 0 ? 0 : HashCode.Combine(Count, partitions[0]);

    public override string ToString() => string.Join(", ", partitions);
}
