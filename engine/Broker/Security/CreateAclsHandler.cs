using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Adds ACLs. No authorizer keeps any here, which is what the answer says for each.</summary>
public sealed class CreateAclsHandler(Controller controller, IAuthorizer authorizer)
    : AdminHandler<CreateAclsRequest, CreateAclsResponse>(ApiKey.CreateAcls, controller)
{
    public override CreateAclsResponse Serve(CreateAclsRequest request, in Caller caller)
    {
        AclRefusal refusal = AclRefusal.For(authorizer, caller);
        return new CreateAclsResponse
        {
            Results = Array.ConvertAll(
                request.Creations,
                _ => new CreateAclsResponse.AclCreationResult
                {
                    ErrorCode = (short)refusal.Code,
                    ErrorMessage = refusal.Message,
                }),
        };
    }
}
