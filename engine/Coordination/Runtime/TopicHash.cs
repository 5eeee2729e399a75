namespace Millrace.Coordination.Runtime;

/// <summary>Which partition of an internal topic an id belongs to, by Kafka's rule.</summary>
public static class TopicHash
{
    /// <summary>
    /// Java's hash of the id over its UTF-16 units, with the sign bit cleared the way Kafka does it: the smallest int
    /// counts as 0.
    /// </summary>
    public static int PartitionOf(string id, int partitionCount)
    {
        int hash = 0;
        foreach (char unit in id)
        {
            hash = unchecked((31 * hash) + unit);
        }

        return (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitionCount;
    }
}
