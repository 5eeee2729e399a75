using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// Ends a delegation token. A client that has not proved who it is may not, and over PLAINTEXT nobody has.
/// </summary>
public sealed class ExpireDelegationTokenHandler(Controller controller)
    : AdminHandler<ExpireDelegationTokenRequest, ExpireDelegationTokenResponse>(
        ApiKey.ExpireDelegationToken, controller)
{
    public override ExpireDelegationTokenResponse Serve(ExpireDelegationTokenRequest request, in Caller caller) =>
        new()
        {
            ErrorCode = (short)ErrorCode.DelegationTokenRequestNotAllowed,
            ExpiryTimestampMs = -1,
        };
}
