namespace Millrace.Protocol.Messages;

/// <summary>
/// How far a migration from ZooKeeper was. No migration happens any more, and old logs still have it.
/// </summary>
[Message(MessageType.Metadata, 21, Versions = "0", Flexible = "0+")]
public sealed partial class ZkMigrationStateRecord
{
    /// <summary>
    /// 0 none, 1 migration, 2 before it, 3 after it; 3.4 had 1 and 2 the other way round and never wrote them.
    /// </summary>
    public sbyte ZkMigrationState;
}
