using Millrace.Protocol.Records;
using Millrace.Protocol.Wire;

namespace Millrace.Cluster;

/// <summary>Sees one whole batch, whose checksum is right. The view is good during the call only.</summary>
public delegate void MetadataBatchVisitor(RecordBatch batch);

/// <summary>
/// The port to the metadata log and what lies beside it: batches, snapshots, and the replica's vote. Nothing is written
/// before <see cref="BeginWriting"/>. One thread, the controller's event loop. Reading throws
/// <see cref="MetadataRefusedException"/> for what is damaged or cannot be read.
/// </summary>
public interface IMetadataLog
{
    /// <summary>Offset of the first batch, or of the next one in an empty log.</summary>
    long StartOffset { get; }

    /// <summary>Offset behind the last whole batch.</summary>
    long EndOffset { get; }

    /// <summary>Epoch of the last batch; 0 in an empty log.</summary>
    int LastEpoch { get; }

    /// <summary>Complete snapshots, the oldest first; that of <c>0-0</c> holds what a cluster begins with.</summary>
    IReadOnlyList<SnapshotId> Snapshots { get; }

    /// <summary>The vote, or null where none was ever written.</summary>
    QuorumVote? ReadVote();

    /// <summary>Goes over a snapshot's batches.</summary>
    void ReadSnapshot(SnapshotId id, MetadataBatchVisitor visit);

    /// <summary>
    /// Goes over the batches of <c>bootstrap.checkpoint</c>, which older versions write when they format.
    /// </summary>
    /// <returns>False where there is none.</returns>
    bool ReadBootstrap(MetadataBatchVisitor visit);

    /// <summary>Goes over the log's batches that reach to this offset or beyond.</summary>
    void ReadFrom(long offset, MetadataBatchVisitor visit);

    /// <summary>
    /// Makes the log ready to be appended to: cuts a torn tail off, removes what a crash left half done.
    /// </summary>
    /// <param name="emptyFrom">
    /// Where an empty log is to begin instead of this one, as a snapshot lies wholly behind its end; -1 to keep it.
    /// </param>
    MetadataWrite BeginWriting(long emptyFrom);

    /// <summary>Keeps a vote.</summary>
    MetadataWrite WriteVote(QuorumVote vote);

    /// <summary>Appends one batch, whole, at the end; when it is done it is on the device.</summary>
    MetadataWrite Append(ReadOnlySpan<byte> bytes);

    /// <summary>Writes a snapshot, under its name only once it is whole and on the device.</summary>
    MetadataWrite WriteSnapshot(SnapshotId id, IEnumerable<byte[]> batches);

    /// <summary>Deletes snapshots and segments that are not needed any more and beyond what is to be kept.</summary>
    MetadataWrite Clean(long nowMs);
}
