namespace Millrace.Protocol.Records;

/// <summary>
/// What a control record says: the second int16 of its key. Readers pass over types that they do not know.
/// </summary>
public enum ControlRecordType : short
{
    Unknown = -1,
    Abort = 0,
    Commit = 1,
    LeaderChange = 2,
    SnapshotHeader = 3,
    SnapshotFooter = 4,
    KRaftVersion = 5,
    KRaftVoters = 6,
}
