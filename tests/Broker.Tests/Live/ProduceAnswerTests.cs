using System.Text.Json;
using System.Text.RegularExpressions;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Broker.Tests.Live;

/// <summary>What a running Kafka answered to each golden file as Produce 12 with acks of 1, over a socket.</summary>
[Trait("Data", "golden")]
public sealed partial class ProduceAnswerTests
{
    private const short Version = 12;

    [SharedFact]
    public void Golden_records_are_answered_as_a_running_Kafka_answers()
    {
        string folder = Path.Combine(SharedMaterial.Golden, "records");
        using LiveBroker broker = new();
        using WireClient client = broker.Connect();
        List<string> differences = [];
        int number = 0;
        foreach (string text in File.ReadLines(Path.Combine(folder, "produce-answers.jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement line = document.RootElement;
            string file = line.GetProperty("file").GetString()!;
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, file));
            if (line.TryGetProperty("baseOffsetSetTo0", out _))
            {
                BatchPatch.SetBaseOffset(bytes, 0);
            }

            TopicEntry topic = broker.AddTopic($"golden{number++}");
            JsonElement answers = line.GetProperty("answers");
            List<byte[]> requests = answers.GetArrayLength() == 1 ? [bytes] : Split(bytes);
            for (int index = 0; index < requests.Count; index++)
            {
                JsonElement expected = answers[index];
                ProduceResponse response = client.Ask<ProduceResponse>(
                    ApiKey.Produce, Version, Requests.Produce(topic, requests[index], acks: 1));
                string? difference = Compare(expected, response.Responses[0].PartitionResponses[0], file);
                if (difference is not null)
                {
                    differences.Add($"{file}: {difference}");
                }
            }
        }

        Assert.True(number > 200);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    /// <summary>Several answers are those to several requests, of a batch each.</summary>
    private static List<byte[]> Split(byte[] bytes)
    {
        List<byte[]> requests = [];
        RecordBatches batches = new(bytes);
        while (batches.MoveNext())
        {
            byte[] batch = bytes[batches.CurrentPosition..batches.Position];
            BatchPatch.SetBaseOffset(batch, 0);
            requests.Add(batch);
        }

        return requests;
    }

    private static string? Compare(JsonElement expected, ProduceResponse.PartitionProduceResponse actual, string file)
    {
        ErrorCode error = (ErrorCode)actual.ErrorCode;
        string expectedError = expected.GetProperty("error").GetString()!;
        if (expectedError == "UNKNOWN_SERVER_ERROR" || file.Contains("offset-deltas", StringComparison.Ordinal))
        {
            // An accident of Kafka's: another clear error is better, and nothing is accepted that cannot be read.
            return error is ErrorCode.None or ErrorCode.UnknownServerError ? $"{error}" : null;
        }

        short code = expected.GetProperty("code").GetInt16();
        if (actual.ErrorCode != code)
        {
            return $"{error} instead of {expectedError}";
        }

        if (expected.TryGetProperty("baseOffset", out JsonElement offset) && offset.GetInt64() != actual.BaseOffset)
        {
            return $"offset {actual.BaseOffset} instead of {offset}";
        }

        string? message = expected.TryGetProperty("errorMessage", out JsonElement said) ? said.GetString() : null;
        if (message != actual.ErrorMessage)
        {
            return $"\"{actual.ErrorMessage}\" instead of \"{message}\"";
        }

        string[] records = expected.TryGetProperty("recordErrors", out JsonElement listed)
            ? [.. listed.EnumerateArray().Select(each => each.GetProperty("message").GetString()!)]
            : [];
        string[] told = [.. actual.RecordErrors.Select(each => Mask(each.BatchIndexErrorMessage!))];
        return records.SequenceEqual(told) ? null : $"{string.Join('|', told)} instead of {string.Join('|', records)}";
    }

    private static string Mask(string message) =>
        TopicName().Replace(Range().Replace(message, "[NOW-BEFORE, NOW+AFTER]"), "golden-0");

    [GeneratedRegex(@"\[-?\d+, \d+\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"golden\d+-0")]
    private static partial Regex TopicName();
}
