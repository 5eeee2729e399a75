using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>Why ACLs are not changed: the caller may not, or there is no authorizer to keep them.</summary>
internal readonly record struct AclRefusal(ErrorCode Code, string? Message)
{
    public static AclRefusal For(IAuthorizer authorizer, in Caller caller) =>
        authorizer.AllowsCluster(caller, AclOperation.Alter)
            ? new(ErrorCode.SecurityDisabled, "No Authorizer is configured.")
            : new(
                ErrorCode.ClusterAuthorizationFailed, ErrorFacts.Of(ErrorCode.ClusterAuthorizationFailed).Message);
}
