namespace Millrace.Storage;

/// <summary>Every bound of the storage engine that is not a Kafka config, each with its reason.</summary>
public static class StorageLimits
{
    /// <summary>
    /// The largest checkpoint, snapshot or other small file that is read. A million producers in a snapshot are 46 MB, a
    /// million partitions with the longest names 270 MB: nothing that one broker holds comes near.
    /// </summary>
    public const int SmallFileBytesMax = 512 * 1024 * 1024;

    /// <summary>
    /// Space kept in every log directory for recording deletes on a full disk: the three checkpoints of 4000 partitions with
    /// names of 80 bytes, or as many renames as the journal of a file system takes in one block group.
    /// </summary>
    public const long SpaceReserveBytes = 1024 * 1024;

    /// <summary>Bytes of an index that are read or kept as one piece: a page, so that a look-up reads the disk once.</summary>
    public const int IndexPageBytes = 4096;

    /// <summary>
    /// Pages of one index kept in memory besides the one being appended to. Readers of one segment are near its end or walk
    /// it once; four places serve four of them without reading the file.
    /// </summary>
    public const int IndexPagesCached = 4;

    /// <summary>Bytes that a name in a folder may have on every file system of Linux (NAME_MAX).</summary>
    public const int FileNameBytesMax = 255;
}
