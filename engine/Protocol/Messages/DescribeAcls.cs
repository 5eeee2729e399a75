namespace Millrace.Protocol.Messages;

/// <summary>An admin lists the ACLs that match a filter. Pattern types from 1 on.</summary>
[Message(ApiKey.DescribeAcls, MessageType.Request, Versions = "0-3", Flexible = "2+")]
public sealed partial class DescribeAclsRequest
{
    public sbyte ResourceTypeFilter;
    [Nullable] public string? ResourceNameFilter = "";
    [Since(1)] public sbyte PatternTypeFilter = 3;
    [Nullable] public string? PrincipalFilter = "";
    [Nullable] public string? HostFilter = "";
    public sbyte Operation;
    public sbyte PermissionType;
}

/// <summary>Matching ACLs, by resource.</summary>
[Message(ApiKey.DescribeAcls, MessageType.Response, Versions = "0-3", Flexible = "2+")]
public sealed partial class DescribeAclsResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
    public DescribeAclsResource[] Resources = [];

    public sealed partial class DescribeAclsResource
    {
        public sbyte ResourceType;
        public string ResourceName = "";
        [Since(1)] public sbyte PatternType = 3;
        public AclDescription[] Acls = [];
    }

    public sealed partial class AclDescription
    {
        public string Principal = "";
        public string Host = "";
        public sbyte Operation;
        public sbyte PermissionType;
    }
}
