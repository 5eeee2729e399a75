namespace Millrace.Protocol.Messages;

/// <summary>
/// Asks any broker who coordinates a group (type 0), a transactional id (1) or a share partition (2, from version 6,
/// keyed "group:topic id:partition"). Several keys at a time from 4 on.
/// </summary>
[Message(ApiKey.FindCoordinator, MessageType.Request, Versions = "0-6", Flexible = "3+")]
public sealed partial class FindCoordinatorRequest
{
    [Until(3)] public string Key = "";
    [Since(1)] public sbyte KeyType;
    [Since(4)] public string[] CoordinatorKeys = [];
}

/// <summary>The coordinators: one in the top-level fields up to 3, a list from 4 on.</summary>
[Message(ApiKey.FindCoordinator, MessageType.Response, Versions = "0-6", Flexible = "3+")]
public sealed partial class FindCoordinatorResponse
{
    [Since(1), Ignorable] public int ThrottleTimeMs;
    [Until(3)] public short ErrorCode;
    [Since(1), Until(3), Nullable, Ignorable] public string? ErrorMessage = "";
    [Until(3), Entity(EntityType.BrokerId)] public int NodeId;
    [Until(3)] public string Host = "";
    [Until(3)] public int Port;
    [Since(4)] public Coordinator[] Coordinators = [];

    public sealed partial class Coordinator
    {
        public string Key = "";
        [Entity(EntityType.BrokerId)] public int NodeId;
        public string Host = "";
        public int Port;
        public short ErrorCode;
        [Nullable, Ignorable] public string? ErrorMessage = "";
    }
}
