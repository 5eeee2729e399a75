namespace Millrace.Protocol.Messages;

/// <summary>An admin lists which users have SCRAM credentials; null asks for all.</summary>
[Message(ApiKey.DescribeUserScramCredentials, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class DescribeUserScramCredentialsRequest
{
    [Nullable] public UserName[]? Users = [];

    public sealed partial class UserName
    {
        public string Name = "";
    }
}

/// <summary>Mechanisms and iterations of each user, never the secrets.</summary>
[Message(ApiKey.DescribeUserScramCredentials, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class DescribeUserScramCredentialsResponse
{
    public int ThrottleTimeMs;
    public short ErrorCode;
    [Nullable] public string? ErrorMessage = "";
    public DescribeUserScramCredentialsResult[] Results = [];

    public sealed partial class DescribeUserScramCredentialsResult
    {
        public string User = "";
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
        public CredentialInfo[] CredentialInfos = [];
    }

    public sealed partial class CredentialInfo
    {
        public sbyte Mechanism;
        public int Iterations;
    }
}
