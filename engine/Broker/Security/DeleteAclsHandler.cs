using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Removes ACLs. No authorizer keeps any here, which is what the answer says for each filter.</summary>
public sealed class DeleteAclsHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<DeleteAclsRequest, DeleteAclsResponse>(ApiKey.DeleteAcls, controller)
{
    public override DeleteAclsResponse Serve(DeleteAclsRequest request, in Caller caller)
    {
        AclRefusal refusal = AclRefusal.For(authorizer, caller);
        return new DeleteAclsResponse
        {
            FilterResults = Array.ConvertAll(
                request.Filters,
                _ => new DeleteAclsResponse.DeleteAclsFilterResult
                {
                    ErrorCode = (short)refusal.Code,
                    ErrorMessage = refusal.Message,
                }),
        };
    }
}
