using System.Text.Json;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Protocol.Tests.Records;

/// <summary>Kafka's answers to one fault each, and where ours are better on purpose.</summary>
[Trait("Data", "golden")]
public sealed class CorruptRecordTests
{
    private const long Now = 1_760_100_000_000;

    public static TheoryData<string> Files() => GoldenRecords.Files("corrupt");

    public static TheoryData<string> Bombs()
    {
        TheoryData<string> bombs = [];
        foreach (JsonElement line in GoldenRecords.Lines("corrupt"))
        {
            if (line.TryGetProperty("leaderAppendMaxDecompressed1MiB", out _))
            {
                bombs.Add(line.GetProperty("file").GetString()!);
            }
        }

        return bombs;
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_leader_answers_as_Kafka_does(string file) => CheckLeader(file, "leaderAppend", AppendRules.Default);

    [SharedTheory]
    [MemberData(nameof(Bombs))]
    public void A_leader_with_a_decompressed_limit_answers_as_Kafka_does(string file) =>
        CheckLeader(
            file, "leaderAppendMaxDecompressed1MiB", new AppendRules { MaxDecompressedRecordBytes = 1024 * 1024 });

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_follower_answers_as_Kafka_does(string file)
    {
        JsonElement line = GoldenRecords.Line("corrupt", file);
        ReadOnlySpan<byte> bytes = GoldenRecords.Bytes(file);
        long nextOffset = 0;
        int step = 0;
        foreach (JsonElement expected in line.GetProperty("followerAppend").EnumerateArray())
        {
            byte[] part = Part(line, bytes, step++);
            if (nextOffset > 0)
            {
                BatchPatch.SetBaseOffset(part, nextOffset);
            }

            AppendCheck check = BatchValidator.CheckFollowerAppend(part, nextOffset);
            Compare(expected, check, part.Length);
            if (check is { Fault: RecordFault.None, BatchCount: > 0 })
            {
                Assert.Equal(expected.GetProperty("lastOffset").GetInt64(), check.LastOffset);
                nextOffset = check.LastOffset + 1;
            }
        }
    }

    [SharedTheory]
    [MemberData(nameof(Files))]
    public void A_reader_meets_the_faults_that_a_consumer_meets(string file)
    {
        JsonElement reader = GoldenRecords.Line("corrupt", file).GetProperty("reader");
        using BatchDecoder decoder = new(DecompressionLimits.Streaming);
        RecordBatches batches = new(GoldenRecords.Bytes(file));
        foreach (JsonElement expected in reader.GetProperty("batches").EnumerateArray())
        {
            bool valid = expected.GetProperty("ensureValid").ValueKind == JsonValueKind.String;
            if (!batches.MoveNext())
            {
                // A batch below its own header ends our walk; Kafka walks over it and then fails its check.
                Assert.Equal(RecordFault.BatchBelowHeader, batches.Fault);
                Assert.False(valid);
                return;
            }

            RecordFault fault = batches.Current.Check();
            if (fault != RecordFault.UnknownCodec)
            {
                Assert.Equal(valid, fault == RecordFault.None);
            }

            CompareRecords(expected, batches.Current, decoder);
        }

        bool ended = batches.MoveNext();
        Assert.False(ended);
        Assert.Equal(reader.TryGetProperty("walk", out _), batches.Fault != RecordFault.None);
        Assert.Equal(reader.GetProperty("walked").GetInt32(), batches.Position);
    }

    private static void CompareRecords(JsonElement expected, RecordBatch batch, BatchDecoder decoder)
    {
        RecordReader records = decoder.Read(batch);
        int count = 0;
        while (records.MoveNext())
        {
            count++;
        }

        bool broken = expected.TryGetProperty("iterate", out _);
        Assert.Equal(broken, records.Fault != RecordFault.None);
        if (!broken)
        {
            Assert.Equal(expected.GetProperty("records").GetInt32(), count);
        }
    }

    private static void CheckLeader(string file, string answers, AppendRules rules)
    {
        JsonElement line = GoldenRecords.Line("corrupt", file);
        ReadOnlySpan<byte> bytes = GoldenRecords.Bytes(file);
        using BatchValidator validator = new();
        int step = 0;
        foreach (JsonElement expected in line.GetProperty(answers).EnumerateArray())
        {
            byte[] part = Part(line, bytes, step++);
            AppendCheck check = validator.CheckLeaderAppend(part, rules, leaderEpoch: 0, Now);
            if (expected.GetProperty("error").GetString() is "OUT_OF_ORDER_SEQUENCE_NUMBER" or "INVALID_PRODUCER_EPOCH")
            {
                // What a batch is to those before it is the producer state's to judge.
                Assert.Equal(RecordFault.None, check.Fault);
                continue;
            }

            if (IsStricterOnPurpose(file))
            {
                Assert.Equal(RecordFault.BadOffsetDelta, check.Fault);
                continue;
            }

            Compare(expected, check, part.Length);
        }
    }

    private static void Compare(JsonElement expected, AppendCheck check, int length)
    {
        string error = expected.GetProperty("error").GetString()!;
        if (error == "UNKNOWN_SERVER_ERROR")
        {
            // A Java exception that nobody meant to show: any clear error is better.
            Assert.NotEqual(ErrorCode.None, check.ErrorCode);
            Assert.NotEqual(ErrorCode.UnknownServerError, check.ErrorCode);
            return;
        }

        Assert.Equal(expected.GetProperty("code").GetInt16(), (short)check.ErrorCode);
        if (check.Fault == RecordFault.None)
        {
            bool cut = expected.TryGetProperty("validBytes", out JsonElement validBytes);
            Assert.Equal(cut ? validBytes.GetInt32() : length, check.ValidBytes);
        }
    }

    /// <summary>
    /// Kafka accepts offset deltas that are not 0, 1, 2 in plain batches, and readers then see other offsets.
    /// </summary>
    private static bool IsStricterOnPurpose(string file) => file is "corrupt/offset-deltas-swapped.bin"
        or "corrupt/offset-deltas-gap.bin" or "corrupt/offset-deltas-from-1.bin" or "corrupt/offset-deltas-same.bin"
        or "corrupt/offset-deltas-negative.bin";

    private static byte[] Part(JsonElement line, ReadOnlySpan<byte> bytes, int step)
    {
        if (!line.TryGetProperty("appends", out JsonElement sizes))
        {
            return bytes.ToArray();
        }

        int start = 0;
        for (int index = 0; index < step; index++)
        {
            start += sizes[index].GetInt32();
        }

        return bytes.Slice(start, sizes[step].GetInt32()).ToArray();
    }
}
