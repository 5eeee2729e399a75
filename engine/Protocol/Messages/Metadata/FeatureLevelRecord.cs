namespace Millrace.Protocol.Messages;

/// <summary>
/// A feature is finalized at a level. The first one of every log or snapshot, metadata.version, says how to read the
/// rest: version 0 for ever.
/// </summary>
[Message(MessageType.Metadata, 12, Versions = "0", Flexible = "0+")]
public sealed partial class FeatureLevelRecord
{
    public string Name = "";

    /// <summary>0 removes the feature.</summary>
    public short FeatureLevel;
}
