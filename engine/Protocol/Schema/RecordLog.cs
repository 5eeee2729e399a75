namespace Millrace.Protocol;

/// <summary>The internal log that a record message lives in; record keys are counted in each by itself.</summary>
public enum RecordLog : byte
{
    /// <summary>Not a record.</summary>
    None,

    /// <summary><c>__cluster_metadata</c>.</summary>
    ClusterMetadata,

    /// <summary><c>__consumer_offsets</c>.</summary>
    ConsumerOffsets,

    /// <summary><c>__transaction_state</c>.</summary>
    TransactionState,

    /// <summary><c>__share_group_state</c>.</summary>
    ShareGroupState,

    /// <summary><c>__remote_log_metadata</c>.</summary>
    RemoteLogMetadata,
}
