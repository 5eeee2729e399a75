namespace Millrace.Protocol.Messages;

/// <summary>An admin adds or removes SCRAM credentials; the password was salted on the client.</summary>
[Message(ApiKey.AlterUserScramCredentials, MessageType.Request, Versions = "0", Flexible = "0+")]
public sealed partial class AlterUserScramCredentialsRequest
{
    public ScramCredentialDeletion[] Deletions = [];
    public ScramCredentialUpsertion[] Upsertions = [];

    public sealed partial class ScramCredentialDeletion
    {
        public string Name = "";
        public sbyte Mechanism;
    }

    public sealed partial class ScramCredentialUpsertion
    {
        public string Name = "";
        public sbyte Mechanism;
        public int Iterations;
        public byte[] Salt = [];
        public byte[] SaltedPassword = [];
    }
}

/// <summary>The outcome for each user.</summary>
[Message(ApiKey.AlterUserScramCredentials, MessageType.Response, Versions = "0", Flexible = "0+")]
public sealed partial class AlterUserScramCredentialsResponse
{
    public int ThrottleTimeMs;
    public AlterUserScramCredentialsResult[] Results = [];

    public sealed partial class AlterUserScramCredentialsResult
    {
        public string User = "";
        public short ErrorCode;
        [Nullable] public string? ErrorMessage = "";
    }
}
