using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Control record that begins each leader's epoch in the metadata log.</summary>
[Message(MessageType.Data, Versions = "0-1", Flexible = "0+")]
public sealed partial class LeaderChangeMessage
{
    public short Version;
    [Entity(EntityType.BrokerId)] public int LeaderId;
    public Voter[] Voters = [];
    public Voter[] GrantingVoters = [];

    public sealed partial class Voter
    {
        public int VoterId;
        [Since(1)] public Uuid VoterDirectoryId;
    }
}
