namespace Millrace.Server;

/// <summary>How <see cref="RecordDecoding"/> takes keys and values.</summary>
internal enum RecordDecoder : byte
{
    /// <summary>As texts in UTF-8.</summary>
    Text,

    /// <summary>Records of <c>__cluster_metadata</c>.</summary>
    ClusterMetadata,

    /// <summary>Records of <c>__consumer_offsets</c>.</summary>
    Offsets,

    /// <summary>Records of <c>__transaction_state</c>.</summary>
    TransactionLog,

    /// <summary>Records of <c>__share_group_state</c>.</summary>
    ShareGroupState,
}

/// <summary>What <c>millrace dump</c> prints.</summary>
internal sealed record DumpOptions
{
    public RecordDecoder Decoder { get; init; }

    /// <summary>Keys and values of records.</summary>
    public bool PrintsContents { get; init; }

    /// <summary>A line for each record, not only for each batch.</summary>
    public bool PrintsRecords { get; init; }

    /// <summary>Of records, keys and values alone.</summary>
    public bool SkipsRecordMetadata { get; init; }

    /// <summary>Of an index, only whether a start would take it.</summary>
    public bool ChecksIndexOnly { get; init; }

    /// <summary>Of an index, only whether it agrees with its log.</summary>
    public bool VerifiesIndexOnly { get; init; }

    /// <summary>Bytes read of each log; 2^31-1 for all.</summary>
    public int LogBytesMax { get; init; } = int.MaxValue;
}
