namespace Millrace.Protocol.Messages;

/// <summary>An admin adds ACLs, through the controller. Pattern types from 1 on.</summary>
[Message(ApiKey.CreateAcls, MessageType.Request, Versions = "0-3", Flexible = "2+")]
public sealed partial class CreateAclsRequest
{
    public AclCreation[] Creations = [];

    public sealed partial class AclCreation
    {
        public sbyte ResourceType;
        public string ResourceName = "";
        [Since(1)] public sbyte ResourcePatternType = 3;
        public string Principal = "";
        public string Host = "";
        public sbyte Operation;
        public sbyte PermissionType;
    }
}

/// <summary>The outcome for each ACL, in the order asked.</summary>
[Message(ApiKey.CreateAcls, MessageType.Response, Versions = "0-3", Flexible = "2+")]
public sealed partial class CreateAclsResponse
{
    public int ThrottleTimeMs;
    public AclCreationResult[] Results = [];

    public sealed partial class AclCreationResult
    {
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
    }
}
