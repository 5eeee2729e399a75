using System.Buffers.Binary;
using Millrace.Base;
using Millrace.Protocol.Wire;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>
/// Bytes that no honest peer sends: each gives a typed error or a value, never an exception or a walk without end.
/// </summary>
public sealed class WireHostileTests
{
    // Each walks a body to its end, as the handlers do, and answers the reader's error.
    private static readonly Dictionary<string, Reader> Readers = new()
    {
        ["ProduceRequest"] = new(version => WireSamples.ProduceRequest(version), WalkProduceRequest),
        ["ProduceResponse"] = new(WireSamples.ProduceResponse, WalkProduceResponse),
        ["FetchRequest"] = new(WireSamples.FetchRequest, WalkFetchRequest),
        ["FetchResponse"] = new(WireSamples.FetchResponse, WalkFetchResponse),
    };

    public static TheoryData<string, short> Versions()
    {
        TheoryData<string, short> versions = [];
        foreach (string message in Readers.Keys)
        {
            bool isProduce = message.StartsWith("Produce", StringComparison.Ordinal);
            for (short version = (short)(isProduce ? 3 : 4); version <= (isProduce ? 13 : 18); version++)
            {
                versions.Add(message, version);
            }
        }

        return versions;
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_body_cut_at_any_byte_is_an_error(string message, short version)
    {
        byte[] body = Readers[message].Sample(version);
        Assert.Equal(default, Readers[message].Walk(body, version));
        for (int length = 0; length < body.Length; length++)
        {
            DecodeError error = Readers[message].Walk(body[..length], version);
            Assert.True(error.IsError, $"cut at {length} of {body.Length}");
            Assert.InRange(error.Position, 0, length);
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Flipped_bits_and_random_bytes_end_in_a_value_or_an_error(string message, short version)
    {
        byte[] body = Readers[message].Sample(version);
        Random random = new(version);
        for (int round = 0; round < 3000; round++)
        {
            byte[] mutated = [.. body];
            for (int flips = random.Next(1, 6); flips > 0; flips--)
            {
                mutated[random.Next(mutated.Length)] = round % 2 == 0 ? (byte)random.Next(256) : (byte)0xff;
            }

            Readers[message].Walk(mutated, version);
        }
    }

    [Theory]
    [InlineData("ProduceRequest", (short)2)]
    [InlineData("ProduceRequest", (short)14)]
    [InlineData("ProduceResponse", (short)14)]
    [InlineData("FetchRequest", (short)3)]
    [InlineData("FetchRequest", (short)19)]
    [InlineData("FetchResponse", (short)-1)]
    public void A_version_that_does_not_exist_is_an_error(string message, short version) =>
        Assert.Equal(DecodeErrorKind.UnsupportedVersion, Readers[message].Walk(new byte[100], version).Kind);

    [Theory]
    [InlineData(2_000_000_000)]
    [InlineData(50)]
    [InlineData(-2)]
    [InlineData(-1)]
    public void A_topic_count_that_the_bytes_cannot_hold_is_an_error(int count)
    {
        // Version 3: no transactional id, acks, timeout, then the count and a few bytes.
        byte[] body = new byte[2 + 2 + 4 + 4 + 20];
        BinaryPrimitives.WriteInt16BigEndian(body, -1);
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(8), count);
        DecodeError error = WalkProduceRequest(body, 3);
        Assert.Equal(count == -1 ? DecodeErrorKind.UnexpectedNull : DecodeErrorKind.BadLength, error.Kind);
    }

    [Fact]
    public void A_records_length_below_null_or_beyond_the_frame_is_an_error()
    {
        foreach (int length in new[] { -2, int.MinValue, 201, int.MaxValue })
        {
            byte[] body = WireSamples.ProduceRequest(3);
            ProduceRequestReader honest = new(body, 3);
            honest.NextTopic();
            honest.NextPartition();
            BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(honest.RecordsPosition - sizeof(int)), length);
            Assert.True(WalkProduceRequest(body, 3).IsError);
        }
    }

    [Theory]
    [InlineData(new byte[] { 2, 5, 0, 5, 0 }, DecodeErrorKind.BadTaggedField)]
    [InlineData(new byte[] { 2, 5, 0, 4, 0 }, DecodeErrorKind.None)]
    [InlineData(new byte[] { 1, 5, 2, 0 }, DecodeErrorKind.BadTaggedField)]
    [InlineData(new byte[] { 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f }, DecodeErrorKind.BadTaggedField)]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0x0f }, DecodeErrorKind.BadTaggedField)]
    [InlineData(new byte[] { 2, 5, 1, 9, 6, 0 }, DecodeErrorKind.None)]
    public void Tagged_fields_come_once_and_have_the_size_that_they_declare(byte[] tags, DecodeErrorKind expected)
    {
        // Version 9: no transactional id, acks, timeout, no topics, then the tags.
        byte[] body = [0, 0, 1, 0, 0, 0, 0, 1, .. tags];
        Assert.Equal(expected, WalkProduceRequest(body, 9).Kind);
    }

    [Fact]
    public void A_million_tagged_fields_are_refused_at_their_count()
    {
        byte[] body = new byte[8 + 3 + (1_000_000 * 5)];
        body[7] = 1;
        Varint.WriteUnsigned(body.AsSpan(8), 1_000_000u);
        DecodeError error = WalkProduceRequest(body, 9);
        Assert.Equal(DecodeErrorKind.BadTaggedField, error.Kind);
        Assert.InRange(error.Position, 0, 16);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(14)]
    public void A_known_tagged_field_of_another_size_is_an_error(int size)
    {
        // Fetch version 15: the replica's state (id, epoch, no tags: 13 bytes) under tag 1, in a request without
        // topics.
        byte[] body = [.. new byte[21], 1, 1, 1, 1, 1, (byte)size, .. new byte[size]];
        Assert.Equal(DecodeErrorKind.BadTaggedField, WalkFetchRequest(body, 15).Kind);
        body = [.. new byte[21], 1, 1, 1, 1, 1, 13, .. new byte[13]];
        Assert.Equal(default, WalkFetchRequest(body, 15));
    }

    [Fact]
    public void A_name_that_is_no_utf8_is_an_error()
    {
        byte[] body = WireSamples.ProduceRequest(3);
        int name = body.AsSpan().IndexOf("orders"u8);
        body[name] = 0xff;
        Assert.Equal(DecodeErrorKind.BadText, WalkProduceRequest(body, 3).Kind);
    }

    [Fact]
    public void After_an_error_no_topic_is_answered()
    {
        byte[] body = WireSamples.ProduceRequest(9);
        ProduceRequestReader reader = new(body.AsSpan(0, body.Length - 1), 9);
        Assert.True(reader.Error.IsError);
        Assert.Equal(0, reader.TopicCount);
        Assert.False(reader.NextTopic());
        Assert.False(reader.NextPartition());
    }

    [Fact]
    public void A_writer_that_breaks_its_announced_counts_is_stopped()
    {
        byte[] target = new byte[500];
        Assert.Throws<InvariantException>(() =>
        {
            ProduceResponseWriter writer = new(target, 9);
            writer.Begin(topicCount: 1);
            writer.End(0);
        });
        Assert.Throws<InvariantException>(() =>
        {
            FetchResponseWriter writer = new(target, 12);
            writer.Begin(0, ErrorCode.None, 0, topicCount: 1);
            writer.BeginTopic("orders"u8, default, partitionCount: 1);
            writer.EndTopic();
        });
        Assert.Throws<InvariantException>(() =>
        {
            MetadataResponseWriter writer = new(target, 12);
            writer.Begin(0, brokerCount: 1);
            writer.BeginTopics(NullableUtf8.Null, 0, 0);
        });
        Assert.Throws<InvariantException>(() => new ApiVersionsResponseWriter(target, 6));
    }

    private static DecodeError WalkProduceRequest(byte[] body, short version)
    {
        ProduceRequestReader reader = new(body, version);
        int topics = 0;
        while (reader.NextTopic())
        {
            topics++;
            while (reader.NextPartition())
            {
                Assert.True(reader.Records.SequenceEqual(body.AsSpan(reader.RecordsPosition, reader.Records.Length)));
            }
        }

        Assert.Equal(reader.TopicCount, topics);
        return reader.Error;
    }

    private static DecodeError WalkProduceResponse(byte[] body, short version)
    {
        ProduceResponseReader reader = new(body, version);
        while (reader.NextTopic())
        {
            while (reader.NextPartition())
            {
                RecordErrorList errors = reader.RecordErrors;
                while (errors.Next())
                {
                }
            }
        }

        NodeEndpointList endpoints = reader.Endpoints;
        while (endpoints.Next())
        {
        }

        return reader.Error;
    }

    private static DecodeError WalkFetchRequest(byte[] body, short version)
    {
        FetchRequestReader reader = new(body, version);
        while (reader.NextTopic())
        {
            while (reader.NextPartition())
            {
            }
        }

        int forgotten = 0;
        while (reader.NextForgottenTopic())
        {
            forgotten++;
        }

        Assert.Equal(reader.ForgottenTopicCount, forgotten);
        return reader.Error;
    }

    private static DecodeError WalkFetchResponse(byte[] body, short version)
    {
        FetchResponseReader reader = new(body, version);
        while (reader.NextTopic())
        {
            while (reader.NextPartition())
            {
                Assert.True(reader.Records.SequenceEqual(body.AsSpan(reader.RecordsPosition, reader.Records.Length)));
                AbortedTransactionList aborted = reader.AbortedTransactions;
                while (aborted.Next())
                {
                }
            }
        }

        return reader.Error;
    }

    private sealed record Reader(Func<short, byte[]> Sample, Func<byte[], short, DecodeError> Walk);
}
