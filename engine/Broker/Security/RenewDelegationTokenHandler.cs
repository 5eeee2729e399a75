using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// Prolongs a delegation token. A client that has not proved who it is may not, and over PLAINTEXT nobody has.
/// </summary>
public sealed class RenewDelegationTokenHandler(Controller controller)
    : AdminHandler<RenewDelegationTokenRequest, RenewDelegationTokenResponse>(
        ApiKey.RenewDelegationToken, controller)
{
    public override RenewDelegationTokenResponse Serve(RenewDelegationTokenRequest request, in Caller caller) =>
        new()
        {
            ErrorCode = (short)ErrorCode.DelegationTokenRequestNotAllowed,
            ExpiryTimestampMs = -1,
        };
}
