using Millrace.Base;

namespace Millrace.Protocol.Messages;

/// <summary>Control record of the metadata log: the quorum's voters from here on (KIP-853).</summary>
[Message(MessageType.Data, Versions = "0", Flexible = "0+")]
public sealed partial class VotersRecord
{
    public short Version;
    public Voter[] Voters = [];

    public sealed partial class Voter
    {
        [Entity(EntityType.BrokerId)] public int VoterId;
        public Uuid VoterDirectoryId;
        public Endpoint[] Endpoints = [];
        public KRaftVersionFeature KRaftVersionFeature = new();
    }

    public sealed partial class Endpoint
    {
        [MapKey] public string Name = "";
        public string Host = "";
        public ushort Port;
    }

    public sealed partial class KRaftVersionFeature
    {
        public short MinSupportedVersion;
        public short MaxSupportedVersion;
    }
}
