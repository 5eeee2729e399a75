namespace Millrace.Cluster;

/// <summary>How a write to the metadata log ended.</summary>
public enum MetadataWrite
{
    /// <summary>It is on the device.</summary>
    Done,

    /// <summary>The disk is full. Nothing was written; it may be tried again when space has returned.</summary>
    NoSpace,

    /// <summary>The disk failed. What is on it is not known; the node must stop.</summary>
    Failed,
}
