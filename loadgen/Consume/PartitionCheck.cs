namespace Millrace.Loadgen;

/// <summary>What one consumer has seen in one partition. Owned by that consumer while the run lasts.</summary>
internal sealed class PartitionCheck(int producers)
{
    /// <summary>
    /// Stands in the stamps of records whose transaction is aborted: a reader of committed ones that gets one has been
    /// given what was never said.
    /// </summary>
    public const int AbortedProducer = -1;

    private SequenceCheck?[] sequences = new SequenceCheck?[producers];

    public int Producers => sequences.Length;

    public long Checked { get; private set; }

    /// <summary>Batches or records whose bytes are not what was once written.</summary>
    public long Corrupt { get; private set; }

    public SequenceCheck? OfOrNone(int producer) => sequences[producer];

    public void CountCorrupt(long records = 1) => Corrupt += Math.Max(1, records);

    /// <summary>Looks at one value with its stamp.</summary>
    public void See(ReadOnlySpan<byte> value, in RecordStamp stamp)
    {
        Checked++;
        if (!RecordStamp.IsIntact(value) || stamp.Producer < 0)
        {
            Corrupt++;
            return;
        }

        if (stamp.Producer >= sequences.Length)
        {
            // Only where a topic is read whose producers are not of this run.
            Array.Resize(ref sequences, stamp.Producer + 1);
        }

        (sequences[stamp.Producer] ??= new SequenceCheck()).See(stamp.Sequence);
    }
}
