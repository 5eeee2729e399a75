using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Protocol.Tests;

/// <summary>What a version cannot say is never lost in silence, unless Kafka says that it may be.</summary>
public sealed class MessageVersionTests
{
    [Fact]
    public void Reading_a_version_that_the_message_lacks_is_a_decode_error()
    {
        DecodeError error = MessageCodec.Decode([], 99, new ProduceRequest());
        Assert.Equal(DecodeErrorKind.UnsupportedVersion, error.Kind);
    }

    [Fact]
    public void A_retired_message_has_no_version() =>
        Assert.Equal(DecodeErrorKind.UnsupportedVersion, MessageCodec.Decode([], 0, new StopReplicaRequest()).Kind);

    [Theory]
    [InlineData(-1)]
    [InlineData(99)]
    public void Writing_a_version_that_the_message_lacks_throws(short version) =>
        Assert.Throws<MessageVersionException>(() => MessageCodec.Encode(new ProduceRequest(), version));

    [Fact]
    public void A_set_field_that_the_version_lacks_throws_and_is_named()
    {
        FetchResponse response = new() { SessionId = 7 };
        MessageVersionException thrown =
            Assert.Throws<MessageVersionException>(() => MessageCodec.Encode(response, 6));
        Assert.Contains("FetchResponse.SessionId", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_set_tagged_field_that_the_version_lacks_throws()
    {
        FetchResponse response = new() { NodeEndpoints = [new() { NodeId = 1 }] };
        Assert.Throws<MessageVersionException>(() => MessageCodec.Encode(response, 12));
    }

    [Fact]
    public void An_ignorable_field_that_the_version_lacks_is_left_out() =>
        Assert.Equal(
            MessageCodec.Encode(new FetchResponse(), 4),
            MessageCodec.Encode(new FetchResponse { ErrorCode = 3 }, 4));

    [Fact]
    public void Null_in_a_version_that_does_not_allow_it_throws()
    {
        JoinGroupResponse response = new() { ProtocolName = null };
        Assert.Throws<MessageVersionException>(() => MessageCodec.Encode(response, 6));
        Assert.NotEmpty(MessageCodec.Encode(response, 7));
    }

    [Fact]
    public void Null_where_the_schema_allows_none_is_a_decode_error()
    {
        // ProduceRequest 3: no transactional id, acks, timeout, then the topics, null.
        byte[] bytes = [0xff, 0xff, 0, 1, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff];
        Assert.Equal(DecodeErrorKind.UnexpectedNull, MessageCodec.Decode(bytes, 3, new ProduceRequest()).Kind);
    }

    [Fact]
    public void Bytes_left_behind_the_message_are_a_decode_error()
    {
        byte[] bytes = [.. MessageCodec.Encode(new HeartbeatRequest(), 4), 0];
        Assert.Equal(DecodeErrorKind.TrailingBytes, MessageCodec.Decode(bytes, 4, new HeartbeatRequest()).Kind);
    }

    [Fact]
    public void A_text_longer_than_kafka_takes_is_a_decode_error()
    {
        byte[] text = new byte[short.MaxValue + 1];
        text.AsSpan().Fill((byte)'a');
        byte[] bytes = new byte[Varint.MaxBytes32 + text.Length + 64];
        ByteWriter writer = new(bytes);
        writer.WriteUnsignedVarint((uint)text.Length + 1);
        writer.WriteSpan(text);
        Assert.Equal(DecodeErrorKind.BadLength, MessageCodec.Decode(writer.Written, 4, new HeartbeatRequest()).Kind);
    }

    [Fact]
    public void The_answer_to_api_versions_has_header_0_always()
    {
        for (short version = ApiVersionsResponse.VersionMin; version <= ApiVersionsResponse.VersionMax; version++)
        {
            Assert.Equal(0, ApiVersionsResponse.Descriptor.HeaderVersion(version));
        }
    }

    [Fact]
    public void Messages_are_found_by_key_in_their_own_log()
    {
        Assert.True(MessageCatalog.TryFindRecord(
            RecordLog.TransactionState, MessageType.CoordinatorKey, 0, out MessageDescriptor? transaction));
        Assert.True(MessageCatalog.TryFindRecord(
            RecordLog.ShareGroupState, MessageType.CoordinatorKey, 0, out MessageDescriptor? share));
        Assert.Equal(("TransactionLogKey", "ShareSnapshotKey"), (transaction.Name, share.Name));
        Assert.False(MessageCatalog.TryFindRequest(short.MaxValue, out _));
    }
}
