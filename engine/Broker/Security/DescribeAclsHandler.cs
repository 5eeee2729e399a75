using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Lists ACLs. No authorizer keeps any here, which is what the answer says.</summary>
public sealed class DescribeAclsHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<DescribeAclsRequest, DescribeAclsResponse>(ApiKey.DescribeAcls, controller)
{
    public override DescribeAclsResponse Serve(DescribeAclsRequest request, in Caller caller)
    {
        bool mayAsk = authorizer.AllowsCluster(caller, AclOperation.Describe);
        return new DescribeAclsResponse
        {
            ErrorCode = (short)(mayAsk ? ErrorCode.SecurityDisabled : ErrorCode.ClusterAuthorizationFailed),
            ErrorMessage = mayAsk
                ? "No Authorizer is configured on the broker"
                : ErrorFacts.Of(ErrorCode.ClusterAuthorizationFailed).Message,
        };
    }
}
