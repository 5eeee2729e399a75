namespace Millrace.Protocol.Messages;

/// <summary>An admin removes all ACLs that match any of the filters. Pattern types from 1 on.</summary>
[Message(ApiKey.DeleteAcls, MessageType.Request, Versions = "0-3", Flexible = "2+")]
public sealed partial class DeleteAclsRequest
{
    public DeleteAclsFilter[] Filters = [];

    public sealed partial class DeleteAclsFilter
    {
        public sbyte ResourceTypeFilter;
        [Nullable] public string? ResourceNameFilter = "";
        [Since(1)] public sbyte PatternTypeFilter = 3;
        [Nullable] public string? PrincipalFilter = "";
        [Nullable] public string? HostFilter = "";
        public sbyte Operation;
        public sbyte PermissionType;
    }
}

/// <summary>For each filter, the ACLs that it removed.</summary>
[Message(ApiKey.DeleteAcls, MessageType.Response, Versions = "0-3", Flexible = "2+")]
public sealed partial class DeleteAclsResponse
{
    public int ThrottleTimeMs;
    public DeleteAclsFilterResult[] FilterResults = [];

    public sealed partial class DeleteAclsFilterResult
    {
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
        public DeleteAclsMatchingAcl[] MatchingAcls = [];
    }

    public sealed partial class DeleteAclsMatchingAcl
    {
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
        public sbyte ResourceType;
        public string ResourceName = "";
        [Since(1)] public sbyte PatternType = 3;
        public string Principal = "";
        public string Host = "";
        public sbyte Operation;
        public sbyte PermissionType;
    }
}
