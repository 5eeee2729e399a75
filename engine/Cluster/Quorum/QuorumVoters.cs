using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Cluster;

/// <summary>
/// Who votes, as control records say under kraft.version 1 (KIP-853). Under 0 they say nothing: the voters are then
/// those of <c>controller.quorum.voters</c>. Immutable.
/// </summary>
/// <param name="KRaftVersion">0 or 1.</param>
/// <param name="Record">The newest set of voters; null where there is none.</param>
/// <param name="Offset">Where in the log it stands; -1 where only the snapshot <c>0-0</c> has it.</param>
public sealed record QuorumVoters(short KRaftVersion, VotersRecord? Record, long Offset)
{
    /// <summary>The newest kraft.version served.</summary>
    public const short NewestVersion = 1;

    /// <summary>What holds until a control record says otherwise.</summary>
    public static QuorumVoters None { get; } = new(0, null, -1);

    /// <summary>The state after a control record.</summary>
    /// <exception cref="MetadataRefusedException">Damaged, or of a newer version.</exception>
    public QuorumVoters With(ControlRecordType type, ReadOnlySpan<byte> value, long offset)
    {
        switch (type)
        {
            case ControlRecordType.KRaftVersion:
                KRaftVersionRecord version = Decode(value, new KRaftVersionRecord(), offset);
                return version.KRaftVersion <= NewestVersion
                    ? this with { KRaftVersion = version.KRaftVersion }
                    : throw new MetadataRefusedException(
                        $"the quorum has kraft.version {version.KRaftVersion}, the newest served is {NewestVersion}");
            case ControlRecordType.KRaftVoters:
                return this with { Record = Decode(value, new VotersRecord(), offset), Offset = offset };
            default:
                return this;
        }
    }

    /// <summary>Whether a node, with this directory, is the one and only voter.</summary>
    public bool IsOnly(int nodeId, Uuid directoryId) =>
        Record?.Voters is [VotersRecord.Voter voter] && voter.VoterId == nodeId
            && voter.VoterDirectoryId == directoryId;

    private static T Decode<T>(ReadOnlySpan<byte> value, T message, long offset)
        where T : IMessage
    {
        ByteReader reader = new(value) { KeepUnknownTaggedFields = true };
        message.Read(ref reader, 0);
        return reader.Failed
            ? throw new MetadataRefusedException(
                $"the {message.Descriptor.Name} at offset {offset} is damaged ({reader.Error.Kind})")
            : message;
    }
}
