namespace Millrace.Coordination.Transactions;

/// <summary>A partition that takes part in a transaction.</summary>
/// <param name="Topic">Its topic's name.</param>
/// <param name="Partition">Its number.</param>
public readonly record struct TransactionPartition(string Topic, int Partition) : IComparable<TransactionPartition>
{
    public int CompareTo(TransactionPartition other)
    {
        int byTopic = string.CompareOrdinal(Topic, other.Topic);
        return byTopic != 0 ? byTopic : Partition.CompareTo(other.Partition);
    }

    public override string ToString() => $"{Topic}-{Partition}";

    public static bool operator <(TransactionPartition left, TransactionPartition right) => left.CompareTo(right) < 0;

    public static bool operator <=(TransactionPartition left, TransactionPartition right) => left.CompareTo(right) <= 0;

    public static bool operator >(TransactionPartition left, TransactionPartition right) => left.CompareTo(right) > 0;

    public static bool operator >=(TransactionPartition left, TransactionPartition right) => left.CompareTo(right) >= 0;
}
