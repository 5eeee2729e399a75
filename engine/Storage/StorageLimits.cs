namespace Millrace.Storage;

/// <summary>Every bound of the storage engine that is not a Kafka config, each with its reason.</summary>
public static class StorageLimits
{
    /// <summary>
    /// The largest checkpoint, snapshot or other small file that is read. A million producers in a snapshot are 46 MB,
    /// a million partitions with the longest names 270 MB: nothing that one broker holds comes near.
    /// </summary>
    public const int SmallFileBytesMax = 512 * 1024 * 1024;

    /// <summary>
    /// Space kept in every log directory for recording deletes on a full disk: the three checkpoints of 4000 partitions
    /// with names of 80 bytes, or as many renames as the journal of a file system takes in one block group.
    /// </summary>
    public const long SpaceReserveBytes = 1024 * 1024;

    /// <summary>
    /// Bytes of an index that are read or kept as one piece: a page, so that a look-up reads the disk once.
    /// </summary>
    public const int IndexPageBytes = 4096;

    /// <summary>
    /// Pages of one index kept in memory besides the one being appended to. Readers of one segment are near its end or
    /// walk it once; four places serve four of them without reading the file.
    /// </summary>
    public const int IndexPagesCached = 4;

    /// <summary>Bytes that a name in a folder may have on every file system of Linux (NAME_MAX).</summary>
    public const int FileNameBytesMax = 255;

    /// <summary>
    /// Pieces of memory that one group of appends gathers: IOV_MAX, what one call of <c>pwritev</c> takes.
    /// </summary>
    public const int PendingPiecesMax = 1024;

    /// <summary>
    /// Bytes that one group of appends gathers before it is written whoever asks: they are lost or kept together.
    /// </summary>
    public const int PendingBytesMax = 64 * 1024 * 1024;

    /// <summary>
    /// Empty groups that a log directory keeps for the next appends: as many logs as are dirty in one turn of all
    /// reactors.
    /// </summary>
    public const int PendingWritesKept = 256;

    /// <summary>
    /// Failed groups of appends that a log remembers. Whoever appended asks within the same turn; an older group that
    /// is asked for counts as failed, which makes its producer try again.
    /// </summary>
    public const int FailedGroupsKept = 64;

    /// <summary>
    /// Batches at the end of a log whose places are kept in memory, 16 bytes each: consumers that keep up are found
    /// without a look into the index. A power of two.
    /// </summary>
    public const int RecentBatches = 64;

    /// <summary>
    /// Bytes that are read at once when batch headers are walked: small batches come several to a read.
    /// </summary>
    public const int HeaderScanBytes = 2048;

    /// <summary>
    /// A segment takes its space ahead once it has grown to this many bytes: a topic with a trickle of records never
    /// takes more than it uses.
    /// </summary>
    public const int PreallocationThreshold = 1024 * 1024;

    /// <summary>
    /// The most that is taken ahead at once. Who writes to the file waits meanwhile, while the file system looks for so
    /// much in one piece: on a busy disk 10 to 30 ms for 64 MiB, and it reads the maps of several places.
    /// </summary>
    public const int PreallocationStepMax = 8 * 1024 * 1024;

    /// <summary>
    /// Bytes that are given to the device at once, as far behind the writer as they are many: small beside what it
    /// writes in a tenth of a second, large beside what a request to it costs.
    /// </summary>
    public const int WriteBackStep = 8 * 1024 * 1024;

    /// <summary>
    /// Group commits of a log directory, each with a thread that only waits for the device: syncs that are under way at
    /// once share its flushes and the commits of the file system's journal. Of 32 partitions, 8 bring half as much
    /// again to a disk as one does, and 16 no more than 8.
    /// </summary>
    public const int GroupCommits = 8;

    /// <summary>
    /// The most that is taken for a segment that nobody writes to yet: more would hold a disk's last space.
    /// </summary>
    public const int PreparedBytesMax = 64 * 1024 * 1024;

    /// <summary>
    /// Least size of an index, whatever <c>segment.index.bytes</c> says (Kafka takes 4 there): room for the entry of a
    /// roll, and one more.
    /// </summary>
    public const int IndexBytesMin = 36;

    /// <summary>
    /// Bytes that a recovery reads at once: they fit the second-level cache, so that the checksum finds them there.
    /// </summary>
    public const int RecoveryReadBytes = 1024 * 1024;

    /// <summary>
    /// Batches behind the first of an aborted transaction that are looked through when its index entry is checked:
    /// transactions that are longer are rare, and a load must not walk whole segments for each of them.
    /// </summary>
    public const int TransactionCheckBatches = 256;
}
