namespace Millrace.Protocol.Records;

/// <summary>Who appends as leader: clients are trusted least.</summary>
public enum AppendOrigin : byte
{
    /// <summary>A Produce request: every check.</summary>
    Client,

    /// <summary>A group, transaction or share coordinator: may write control batches, and batches of its own making.</summary>
    Coordinator,

    /// <summary>The leader of the metadata quorum: assigns offsets itself, and only of its own epoch.</summary>
    RaftLeader,
}
