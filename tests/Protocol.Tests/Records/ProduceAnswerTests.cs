using System.Text.Json;
using Millrace.Protocol.Records;

namespace Millrace.Protocol.Tests.Records;

/// <summary>What a running Kafka answers to each golden file as a Produce request of version 12.</summary>
[Trait("Data", "golden")]
public sealed class ProduceAnswerTests
{
    private const short Version = 12;
    /// <summary>
    /// Later than the oldest timestamps that the running Kafka took, earlier than those that it refused.
    /// </summary>
    private const long Now = 1_790_000_000_000;

    public static TheoryData<string> Files() => GoldenRecords.Files("produce-answers");

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_produced_file_is_answered_as_a_running_Kafka_answers(string file)
    {
        JsonElement line = GoldenRecords.Line("produce-answers", file);
        JsonElement first = line.GetProperty("answers")[0];
        string error = first.GetProperty("error").GetString()!;
        if (line.GetProperty("answers").GetArrayLength() > 1 || error == "TRANSACTIONAL_ID_AUTHORIZATION_FAILED")
        {
            // Sequences over several requests, and authorisation before any look at records, are decided elsewhere.
            return;
        }

        byte[] bytes = GoldenRecords.Bytes(file);
        if (line.TryGetProperty("baseOffsetSetTo0", out _))
        {
            BatchPatch.SetBaseOffset(bytes, 0);
        }

        using BatchValidator validator = new();
        ErrorCode answer = Answer(validator, bytes);
        if (error == "UNKNOWN_SERVER_ERROR" || file.Contains("offset-deltas", StringComparison.Ordinal))
        {
            Assert.NotEqual(ErrorCode.None, answer);
            Assert.NotEqual(ErrorCode.UnknownServerError, answer);
            return;
        }

        Assert.Equal(first.GetProperty("code").GetInt16(), (short)answer);
        string? message = first.TryGetProperty("errorMessage", out JsonElement text) ? text.GetString() : null;
        if (validator.Rejections.Count > 0)
        {
            Assert.Equal(message, FaultMessage.OfRejections(RecordFault.BadTimestamp, validator.Rejections.Count));
        }
        else
        {
            Assert.Equal(message, FaultMessage.OfWalk(bytes));
        }

        if (first.TryGetProperty("recordErrors", out JsonElement errors))
        {
            Assert.Equal(errors.GetArrayLength(), validator.Rejections.Count);
            for (int index = 0; index < validator.Rejections.Count; index++)
            {
                CompareRejection(errors[index], validator.Rejections[index]);
            }
        }
    }

    private static ErrorCode Answer(BatchValidator validator, byte[] bytes)
    {
        RecordFault fault = BatchValidator.CheckProduceVersion(bytes, Version);
        return fault != RecordFault.None
            ? fault.ToErrorCode()
            : validator.CheckLeaderAppend(bytes, AppendRules.Default, leaderEpoch: 0, Now).ErrorCode;
    }

    private static void CompareRejection(JsonElement expected, RecordRejection actual)
    {
        Assert.Equal(expected.GetProperty("batchIndex").GetInt32(), actual.Index);
        string message = actual.Message("golden-0", AppendRules.Default, Now);
        string range = $"[{Now - long.MaxValue}, {Now + 3_600_000}]";
        string anyRange = message.Replace(range, "[NOW-BEFORE, NOW+AFTER]", StringComparison.Ordinal);
        Assert.Equal(expected.GetProperty("message").GetString(), anyRange);
    }
}
