using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// Lists delegation tokens. A client that has not proved who it is may not, and over PLAINTEXT nobody has.
/// </summary>
public sealed class DescribeDelegationTokenHandler(Controller controller)
    : AdminHandler<DescribeDelegationTokenRequest, DescribeDelegationTokenResponse>(
        ApiKey.DescribeDelegationToken, controller)
{
    public override DescribeDelegationTokenResponse Serve(
        DescribeDelegationTokenRequest request, in Caller caller) =>
        new() { ErrorCode = (short)ErrorCode.DelegationTokenRequestNotAllowed };
}
