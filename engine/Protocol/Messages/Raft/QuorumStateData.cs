using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>
/// The quorum-state file: what a replica of the metadata quorum must not forget. Written as JSON. 1 has directories
/// and lacks the voters (KIP-853).
/// </summary>
[Message(MessageType.Data, Versions = "0-1", Flexible = "0+")]
public sealed partial class QuorumStateData
{
    [Until(0)] public string ClusterId = "";
    public int LeaderId = -1;
    public int LeaderEpoch = -1;
    public int VotedId = -1;
    [Since(1)] public Uuid VotedDirectoryId;
    [Until(0)] public long AppliedOffset;
    [Until(0), Nullable] public Voter[]? CurrentVoters = [];

    public sealed partial class Voter
    {
        public int VoterId;
    }
}
