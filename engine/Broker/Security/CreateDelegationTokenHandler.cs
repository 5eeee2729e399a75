using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// Makes a delegation token. A client that has not proved who it is may not, and over PLAINTEXT nobody has.
/// </summary>
public sealed class CreateDelegationTokenHandler(Controller controller)
    : AdminHandler<CreateDelegationTokenRequest, CreateDelegationTokenResponse>(
        ApiKey.CreateDelegationToken, controller)
{
    private const string PrincipalType = "User";
    private const string Anonymous = "ANONYMOUS";
    private const short FirstWithRequester = 3;

    public override CreateDelegationTokenResponse Serve(CreateDelegationTokenRequest request, in Caller caller)
    {
        bool isForAnother = !string.IsNullOrEmpty(request.OwnerPrincipalName);
        return new CreateDelegationTokenResponse
        {
            ErrorCode = (short)ErrorCode.DelegationTokenRequestNotAllowed,
            PrincipalType = isForAnother ? request.OwnerPrincipalType ?? "" : PrincipalType,
            PrincipalName = isForAnother ? request.OwnerPrincipalName! : Anonymous,
            TokenRequesterPrincipalType = caller.Version >= FirstWithRequester ? PrincipalType : "",
            TokenRequesterPrincipalName = caller.Version >= FirstWithRequester ? Anonymous : "",
            IssueTimestampMs = -1,
            ExpiryTimestampMs = -1,
            MaxTimestampMs = -1,
        };
    }
}
