using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// Owns the format of <c>quorum-state</c>, the vote and the epoch of a KRaft replica, in JSON. Version 1 belongs to
/// quorums with <c>kraft.version</c> 1 (KIP-853), version 0 to static ones. It is on the device before any answer that
/// rests on it.
/// </summary>
public sealed record QuorumState
{
    public const string FileName = "quorum-state";

    /// <summary>0 or 1.</summary>
    public required int Version { get; init; }

    /// <summary>Version 0: Kafka leaves it empty.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>The leader of the epoch; -1 where it is not known.</summary>
    public int LeaderId { get; init; } = -1;

    public int LeaderEpoch { get; init; }

    /// <summary>Who got this replica's vote in the epoch; -1 for nobody.</summary>
    public int VotedId { get; init; } = -1;

    /// <summary>Version 1: the log directory of who got the vote; zero for nobody.</summary>
    public Uuid VotedDirectoryId { get; init; }

    /// <summary>Version 0: Kafka leaves it 0.</summary>
    public long AppliedOffset { get; init; }

    /// <summary>Version 0: the ids of the voters; null where the file has a null.</summary>
    public int[]? CurrentVoters { get; init; } = [];

    /// <summary>Reads a file of this format.</summary>
    public static SmallFileRead<QuorumState> Read(IFileSystem fileSystem, string path) =>
        SmallFile.Read<QuorumState>(fileSystem, path, Parse);

    /// <summary>Parses a file's bytes.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Parse(ReadOnlySpan<byte> bytes, out QuorumState? state)
    {
        state = null;
        FlatJson fields = FlatJson.Parse(bytes);
        if (fields.Damage is not null)
        {
            return fields.Damage;
        }

        if (!fields.TryTakeInt32("data_version", out int version) || version is not (0 or 1))
        {
            return "it has no data_version 0 or 1";
        }

        if (!fields.TryTakeInt32("leaderId", out int leaderId)
            || !fields.TryTakeInt32("leaderEpoch", out int leaderEpoch)
            || !fields.TryTakeInt32("votedId", out int votedId))
        {
            return "leaderId, leaderEpoch or votedId is missing";
        }

        QuorumState common = new()
        {
            Version = version,
            LeaderId = leaderId,
            LeaderEpoch = leaderEpoch,
            VotedId = votedId,
        };
        string? damage = version == 0
            ? TakeVersion0(fields, common, out state)
            : TakeVersion1(fields, common, out state);
        return damage is null && !fields.IsEmpty ? $"it has a field that version {version} has not" : damage;
    }

    private static string? TakeVersion0(FlatJson fields, QuorumState common, out QuorumState? state)
    {
        state = null;
        if (!fields.TryTakeText("clusterId", out string clusterId)
            || !fields.TryTakeInt64("appliedOffset", out long appliedOffset)
            || !fields.TryTakeObjects("currentVoters", out JsonElement[]? elements))
        {
            return "clusterId, appliedOffset or currentVoters is missing";
        }

        int[]? voters = elements is null ? null : new int[elements.Length];
        for (int index = 0; index < elements?.Length; index++)
        {
            if (elements[index].ValueKind != JsonValueKind.Object
                || !elements[index].TryGetProperty("voterId", out JsonElement voter)
                || voter.ValueKind != JsonValueKind.Number
                || !voter.TryGetInt32(out voters![index]))
            {
                return $"voter {index} has no id";
            }
        }

        state = common with { ClusterId = clusterId, AppliedOffset = appliedOffset, CurrentVoters = voters };
        return null;
    }

    private static string? TakeVersion1(FlatJson fields, QuorumState common, out QuorumState? state)
    {
        state = null;
        if (!fields.TryTakeText("votedDirectoryId", out string text)
            || !Uuid.TryParse(text, out Uuid votedDirectoryId)
            || votedDirectoryId.ToString() != text)
        {
            return "votedDirectoryId is missing or no id";
        }

        state = common with { VotedDirectoryId = votedDirectoryId };
        return null;
    }

    /// <summary>The file's bytes, fields in Kafka's order.</summary>
    public byte[] Format()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(
            buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Version == 0)
            {
                json.WriteString("clusterId", ClusterId);
            }

            json.WriteNumber("leaderId", LeaderId);
            json.WriteNumber("leaderEpoch", LeaderEpoch);
            json.WriteNumber("votedId", VotedId);
            if (Version == 0)
            {
                json.WriteNumber("appliedOffset", AppliedOffset);
                WriteVoters(json);
            }
            else
            {
                json.WriteString("votedDirectoryId", VotedDirectoryId.ToString());
            }

            json.WriteNumber("data_version", Version);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void WriteVoters(Utf8JsonWriter json)
    {
        if (CurrentVoters is null)
        {
            json.WriteNull("currentVoters");
            return;
        }

        json.WriteStartArray("currentVoters");
        foreach (int voter in CurrentVoters)
        {
            json.WriteStartObject();
            json.WriteNumber("voterId", voter);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
