namespace Millrace.Protocol.Messages;

/// <summary>Types of the records in <c>__remote_log_metadata</c>, framed like those of the metadata log.</summary>
public enum RemoteLogRecordType : short
{
    RemoteLogSegment = 0,
    RemoteLogSegmentMetadataUpdate = 1,
    RemotePartitionDelete = 2,
    RemoteLogSegmentMetadataSnapshot = 3,
}
