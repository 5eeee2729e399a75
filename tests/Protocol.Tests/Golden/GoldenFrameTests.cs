using System.Buffers.Binary;
using System.Text.Json;
using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Protocol.Tests.Golden;

/// <summary>Whole frames, and records with what stands in front of them, as Kafka sends and stores them.</summary>
[Trait("Data", "golden")]
public sealed class GoldenFrameTests
{
    public static TheoryData<string> FrameFiles() => ["framing.jsonl", Path.Combine("clients-3.9", "framing.jsonl")];

    [SharedTheory]
    [MemberData(nameof(FrameFiles))]
    public void Requests_are_read_with_the_header_version_that_their_key_and_version_mean(string file)
    {
        int frames = 0;
        foreach (JsonElement line in Lines(file, "request"))
        {
            byte[] frame = FrameOf(line);
            short apiKey = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(4));
            short version = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(6));
            Assert.True(MessageCatalog.TryFindRequest(apiKey, out MessageDescriptor? descriptor), $"{apiKey}");
            Assert.Equal(line.GetProperty("message").GetString(), descriptor.Name);
            short headerVersion = descriptor.HeaderVersion(version);
            Assert.Equal(line.GetProperty("headerVersion").GetInt16(), headerVersion);

            ByteReader reader = new(frame.AsSpan(4));
            RequestHeader header = new();
            header.Read(ref reader, headerVersion);
            Assert.Equal(line.GetProperty("headerBytes").GetInt32(), reader.Position);
            Assert.Equal(line.GetProperty("correlationId").GetInt32(), header.CorrelationId);
            Assert.Equal(line.GetProperty("clientId").GetString(), header.ClientId);
            AssertRestAndRewrite(frame, ref reader, header, headerVersion, descriptor.Create(), version);
            frames++;
        }

        Assert.NotEqual(0, frames);
    }

    [SharedTheory]
    [MemberData(nameof(FrameFiles))]
    public void Responses_are_read_with_the_header_version_of_their_request(string file)
    {
        int frames = 0;
        foreach (JsonElement line in Lines(file, "response"))
        {
            byte[] frame = FrameOf(line);
            short version = line.GetProperty("version").GetInt16();
            Assert.True(
                MessageCatalog.TryFindResponse(
                    line.GetProperty("apiKey").GetInt16(), out MessageDescriptor? descriptor));
            short headerVersion = descriptor.HeaderVersion(version);
            Assert.Equal(line.GetProperty("headerVersion").GetInt16(), headerVersion);

            ByteReader reader = new(frame.AsSpan(4));
            ResponseHeader header = new();
            header.Read(ref reader, headerVersion);
            Assert.Equal(line.GetProperty("headerBytes").GetInt32(), reader.Position);
            Assert.Equal(line.GetProperty("correlationId").GetInt32(), header.CorrelationId);
            AssertRestAndRewrite(frame, ref reader, header, headerVersion, descriptor.Create(), version);
            frames++;
        }

        Assert.NotEqual(0, frames);
    }

    [SharedFact]
    public void Stored_records_are_found_by_the_type_and_version_in_front_of_them()
    {
        int records = 0;
        foreach (JsonElement line in Lines("stored-framing.jsonl", direction: null))
        {
            byte[] bytes = Convert.FromHexString(line.GetProperty("hex").GetString()!);
            ByteReader reader = new(bytes);
            Assert.True(
                MessageCatalog.TryFind(line.GetProperty("message").GetString()!, out MessageDescriptor? descriptor));
            short version = line.GetProperty("version").GetInt16();
            AssertPrefix(ref reader, descriptor, version);

            int prefix = reader.Position;
            IMessage message = descriptor.Create();
            message.Read(ref reader, version);
            Assert.Equal(default, reader.Error);
            Assert.Equal(0, reader.Remaining);
            Assert.Equal(bytes[prefix..], MessageCodec.Encode(message, version));
            records++;
        }

        Assert.NotEqual(0, records);
    }

    private static void AssertPrefix(ref ByteReader reader, MessageDescriptor descriptor, short version)
    {
        if (descriptor.Type == MessageType.CoordinatorValue)
        {
            Assert.Equal(version, reader.ReadInt16());
            return;
        }

        short key;
        if (descriptor.Type == MessageType.CoordinatorKey)
        {
            key = reader.ReadInt16();
        }
        else
        {
            Assert.Equal(1u, reader.ReadUnsignedVarint());
            key = (short)reader.ReadUnsignedVarint();
            Assert.Equal((uint)version, reader.ReadUnsignedVarint());
        }

        Assert.True(MessageCatalog.TryFindRecord(descriptor.Log, descriptor.Type, key, out MessageDescriptor? found));
        Assert.Same(descriptor, found);
    }

    private static void AssertRestAndRewrite(
        byte[] frame, ref ByteReader reader, IMessage header, short headerVersion, IMessage body, short version)
    {
        body.Read(ref reader, version);
        Assert.Equal(default, reader.Error);
        Assert.Equal(0, reader.Remaining);

        byte[] again = new byte[4 + header.EncodedSize(headerVersion) + body.EncodedSize(version)];
        ByteWriter writer = new(again);
        writer.WriteInt32(again.Length - 4);
        header.Write(ref writer, headerVersion);
        body.Write(ref writer, version);
        Assert.Equal(frame, again);
    }

    private static byte[] FrameOf(JsonElement line)
    {
        byte[] frame = Convert.FromHexString(line.GetProperty("hex").GetString()!);
        Assert.Equal(frame.Length - 4, BinaryPrimitives.ReadInt32BigEndian(frame));
        return frame;
    }

    private static IEnumerable<JsonElement> Lines(string file, string? direction) =>
        File.ReadLines(Path.Combine(SharedMaterial.Golden, file))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => direction is null || line.GetProperty("direction").GetString() == direction);
}
