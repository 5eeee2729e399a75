using Millrace.Base;
using Millrace.Fuzz;
using Millrace.Protocol.Messages;

namespace Millrace.Protocol.Tests.Hostile;

/// <summary>Tagged sections made to hurt.</summary>
public sealed class TaggedFieldAttackTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_million_tagged_fields_in_a_header_are_refused_before_memory_is_taken(bool keep)
    {
        byte[] bytes = HeaderWithTags(1_000_000, repeatedTag: null);
        Assert.Equal(DecodeErrorKind.BadTaggedField, Check(bytes, keep).Kind);
    }

    [Fact]
    public void As_many_tagged_fields_as_kafka_allows_are_passed_over() =>
        Assert.Equal(default, Check(HeaderWithTags(Limits.TaggedFieldsPerStruct, repeatedTag: null), keep: false));

    [Fact]
    public void One_more_is_refused() => Assert.Equal(
        DecodeErrorKind.BadTaggedField,
        Check(HeaderWithTags(Limits.TaggedFieldsPerStruct + 1, repeatedTag: null), keep: false).Kind);

    [Fact]
    public void Keeping_tiny_tagged_fields_costs_no_more_than_the_limit() =>
        Assert.Equal(DecodeErrorKind.TooMuchMemory, Check(HeaderWithTags(9_000, repeatedTag: null), keep: true).Kind);

    [Theory]
    [InlineData(7u)]
    [InlineData(70u)]
    public void A_tag_that_comes_twice_is_not_kept(uint tag) =>
        Assert.Equal(DecodeErrorKind.BadTaggedField, Check(HeaderWithTags(2, tag), keep: true).Kind);

    [Fact]
    public void A_size_beyond_the_input_is_refused()
    {
        byte[] bytes = [.. HeaderStart(), 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f];
        Assert.Equal(DecodeErrorKind.BadTaggedField, Check(bytes, keep: false).Kind);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(9)]
    public void A_known_field_of_another_size_than_declared_is_refused(byte size)
    {
        // ApiVersionsResponse 3: error code, no APIs, throttle time, then tag 1, an int64.
        byte[] bytes = [0, 0, 1, 0, 0, 0, 0, 1, 1, size, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0];
        DecodeError error = MessageTarget.Check(ApiVersionsResponse.Descriptor, 3, bytes, false);
        Assert.Equal(DecodeErrorKind.BadTaggedField, error.Kind);
    }

    [Fact]
    public void A_known_tag_that_comes_twice_is_refused()
    {
        byte[] field = [1, 8, 0, 0, 0, 0, 0, 0, 0, 5];
        byte[] bytes = [0, 0, 1, 0, 0, 0, 0, 2, .. field, .. field];
        Assert.Equal(
            DecodeErrorKind.BadTaggedField, MessageTarget.Check(ApiVersionsResponse.Descriptor, 3, bytes, false).Kind);
    }

    [Fact]
    public void Tags_out_of_order_are_taken_as_kafka_takes_them_and_written_in_order()
    {
        // Tag 3, a bool, in front of tag 1, an int64, and an unknown tag 2000 in front of both.
        byte[] bytes = [0, 0, 1, 0, 0, 0, 0, 3, 0xd0, 0x0f, 1, 9, 3, 1, 1, 1, 8, 0, 0, 0, 0, 0, 0, 0, 5];
        ApiVersionsResponse response = new();
        Assert.Equal(default, MessageCodec.Decode(bytes, 3, response, keepUnknownTaggedFields: true));
        Assert.True(response.ZkMigrationReady);
        Assert.Equal(5, response.FinalizedFeaturesEpoch);
        byte[] ordered = [0, 0, 1, 0, 0, 0, 0, 3, 1, 8, 0, 0, 0, 0, 0, 0, 0, 5, 3, 1, 1, 0xd0, 0x0f, 1, 9];
        Assert.Equal(ordered, MessageCodec.Encode(response, 3));
    }

    private static DecodeError Check(byte[] bytes, bool keep) =>
        MessageTarget.Check(RequestHeader.Descriptor, 2, bytes, keep);

    /// <summary>A header of version 2 up to its tagged section: key, version, correlation id, no client id.</summary>
    private static byte[] HeaderStart() => [0, 18, 0, 3, 0, 0, 0, 1, 0xff, 0xff];

    private static byte[] HeaderWithTags(int count, uint? repeatedTag)
    {
        byte[] bytes = new byte[HeaderStart().Length + Varint.MaxBytes32 + (count * (Varint.MaxBytes32 + 1))];
        ByteWriter writer = new(bytes);
        writer.WriteSpan(HeaderStart());
        writer.WriteUnsignedVarint((uint)count);
        for (uint tag = 0; tag < count; tag++)
        {
            writer.WriteUnsignedVarint(repeatedTag ?? tag);
            writer.WriteUnsignedVarint(0);
        }

        return writer.Written.ToArray();
    }
}
