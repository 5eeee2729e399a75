using Millrace.Base;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Wire;
using Millrace.Testing;

namespace Millrace.Protocol.Tests.Wire;

public sealed class PartitionErrorsTests
{
    public static TheoryData<ApiKey, short> Versions()
    {
        TheoryData<ApiKey, short> versions = [];
        for (short version = 0; version <= 10; version++)
        {
            versions.Add(ApiKey.OffsetCommit, version);
        }

        for (short version = 0; version <= 3; version++)
        {
            versions.Add(ApiKey.AddPartitionsToTxn, version);
        }

        return versions;
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void The_first_error_is_found_wherever_it_is(ApiKey api, short version)
    {
        Assert.Equal(ErrorCode.None, FirstOf(Answer(api, version, 0, 0, 0), api, version));
        Assert.Equal((ErrorCode)25, FirstOf(Answer(api, version, 25, 0, 22), api, version));
        Assert.Equal((ErrorCode)25, FirstOf(Answer(api, version, 0, 25, 22), api, version));
        Assert.Equal(ErrorCode.UnknownServerError, FirstOf(Answer(api, version, 0, 0, -1), api, version));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Bytes_that_are_cut_or_too_many_are_an_error(ApiKey api, short version)
    {
        byte[] body = Answer(api, version, 0, 25, 22);
        for (int length = 0; length < body.Length; length++)
        {
            DecodeError error = PartitionErrors.FindFirst(body.AsSpan(0, length), api, version, out _);
            Assert.True(error.IsError, $"cut at {length} of {body.Length}");
        }

        Assert.Equal(
            DecodeErrorKind.TrailingBytes, PartitionErrors.FindFirst([.. body, 0], api, version, out _).Kind);
    }

    [Theory]
    [InlineData(ApiKey.OffsetCommit, (short)11)]
    [InlineData(ApiKey.OffsetCommit, (short)-1)]
    [InlineData(ApiKey.AddPartitionsToTxn, (short)4)]
    [InlineData(ApiKey.Heartbeat, (short)0)]
    public void Other_answers_are_unsupported(ApiKey api, short version) =>
        Assert.Equal(
            DecodeErrorKind.UnsupportedVersion, PartitionErrors.FindFirst(new byte[50], api, version, out _).Kind);

    [Fact]
    public void It_takes_no_memory()
    {
        byte[] body = Answer(ApiKey.OffsetCommit, 9, 0, 0, 0);
        Assert.Equal(
            0, Allocations.LeastOf(() => PartitionErrors.FindFirst(body, ApiKey.OffsetCommit, 9, out _)));
    }

    private static ErrorCode FirstOf(byte[] body, ApiKey api, short version)
    {
        Assert.Equal(default, PartitionErrors.FindFirst(body, api, version, out ErrorCode first));
        return first;
    }

    /// <summary>Two topics, the first with two partitions.</summary>
    private static byte[] Answer(ApiKey api, short version, short first, short second, short third) =>
        api == ApiKey.OffsetCommit
            ? MessageCodec.Encode(
                new OffsetCommitResponse { Topics = [Commits("orders", first, second), Commits("t", third)] }, version)
            : MessageCodec.Encode(
                new AddPartitionsToTxnResponse
                {
                    ResultsByTopicV3AndBelow = [Additions("orders", first, second), Additions("t", third)],
                },
                version);

    private static OffsetCommitResponse.OffsetCommitResponseTopic Commits(string name, params short[] errors) => new()
    {
        Name = name,
        TopicId = new Uuid(1, 2),
        Partitions =
        [
            .. errors.Select(error => new OffsetCommitResponse.OffsetCommitResponsePartition { ErrorCode = error }),
        ],
    };

    private static AddPartitionsToTxnResponse.AddPartitionsToTxnTopicResult Additions(
        string name, params short[] errors) => new()
    {
        Name = name,
        ResultsByPartition =
        [
            .. errors.Select(
                error => new AddPartitionsToTxnResponse.AddPartitionsToTxnPartitionResult
                {
                    PartitionErrorCode = error,
                }),
        ],
    };
}
