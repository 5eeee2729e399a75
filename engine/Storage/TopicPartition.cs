namespace Millrace.Storage;

/// <summary>A partition by the name of its topic, as folders and checkpoint files name it.</summary>
public readonly record struct TopicPartition(string Topic, int Partition) : IComparable<TopicPartition>
{
    public int CompareTo(TopicPartition other)
    {
        int order = string.CompareOrdinal(Topic, other.Topic);
        return order != 0 ? order : Partition.CompareTo(other.Partition);
    }

    public override string ToString() => $"{Topic}-{Partition}";
}
