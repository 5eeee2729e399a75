namespace Millrace.Protocol.Messages;

/// <summary>Key of a classic group.</summary>
[Message(MessageType.CoordinatorKey, 2, Versions = "0")]
public sealed partial class GroupMetadataKey
{
    public string Group = "";
}

/// <summary>
/// A stable or empty classic group with its members. Flexible from 4 on; what comes later is tagged (KIP-915).
/// </summary>
[Message(MessageType.CoordinatorValue, 2, Versions = "0-4", Flexible = "4+")]
public sealed partial class GroupMetadataValue
{
    public string ProtocolType = "";
    public int Generation;
    [Nullable] public string? Protocol = "";
    [Nullable] public string? Leader = "";
    [Since(2), Ignorable] public long CurrentStateTimestamp = -1;
    public MemberMetadata[] Members = [];

    public sealed partial class MemberMetadata
    {
        public string MemberId = "";
        [Since(3), Nullable, Ignorable] public string? GroupInstanceId = null;
        public string ClientId = "";
        public string ClientHost = "";
        [Since(1), Ignorable] public int RebalanceTimeout = -1;
        public int SessionTimeout;
        public byte[] Subscription = [];
        public byte[] Assignment = [];
    }
}
