using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Millrace.Base;
using Millrace.Protocol.Wire;

namespace Millrace.Protocol.Tests.Wire;

/// <summary>What stands in front of bodies: the frame's size and the headers.</summary>
public sealed class FrameTests
{
    [SharedFact]
    [Trait("Data", "golden")]
    public void Headers_of_every_golden_frame_read_and_write_as_Kafka_does()
    {
        int requests = 0;
        int responses = 0;
        foreach (string file in new[] { "framing.jsonl", "clients-3.9/framing.jsonl" })
        {
            foreach (string line in File.ReadLines(Path.Combine(SharedMaterial.Golden, file)))
            {
                JsonNode node = JsonNode.Parse(line)!;
                byte[] frame = Convert.FromHexString((string)node["hex"]!);
                Assert.Equal(frame.Length - sizeof(int), BinaryPrimitives.ReadInt32BigEndian(frame));
                if ((string)node["direction"]! == "request")
                {
                    requests++;
                    AssertRequest(node, frame);
                }
                else
                {
                    responses++;
                    AssertResponse(node, frame);
                }
            }
        }

        Assert.True(requests > 600 && responses > 600, $"{requests} requests, {responses} responses");
    }

    [Fact]
    public void A_request_header_cut_at_any_byte_is_an_error()
    {
        byte[] target = new byte[100];
        int end = RequestFrame.Begin(target, headerVersion: 2, ApiKey.Fetch, 17, correlationId: 9, "client"u8);
        for (int length = sizeof(int); length < end; length++)
        {
            ReadOnlySpan<byte> cut = target.AsSpan(sizeof(int)..length);
            Assert.True(new RequestHeaderReader(cut, headerVersion: 2).Error.IsError);
            Assert.Equal(cut.Length >= 2 * sizeof(short), RequestHeaderReader.TryPeek(cut, out _, out _));
        }
    }

    [Fact]
    public void A_million_tagged_fields_in_a_header_are_refused_at_their_count()
    {
        byte[] frame = new byte[2 + 2 + 4 + 2 + 3 + 5_000_000];
        Varint.WriteUnsigned(frame.AsSpan(10), 1_000_000u);
        DecodeError error = new RequestHeaderReader(frame, headerVersion: 2).Error;
        Assert.Equal(DecodeErrorKind.BadTaggedField, error.Kind);
    }

    [Fact]
    public void A_frame_beyond_two_gibibytes_is_our_own_fault() =>
        Assert.Throws<OverflowException>(() => ResponseFrame.SetSize(new byte[4], 3L << 30));

    private static void AssertRequest(JsonNode node, byte[] frame)
    {
        ReadOnlySpan<byte> afterSize = frame.AsSpan(sizeof(int));
        short headerVersion = (short)node["headerVersion"]!;
        Assert.True(RequestHeaderReader.TryPeek(afterSize, out ApiKey apiKey, out short version));
        Assert.Equal((short)node["apiKey"]!, (short)apiKey);
        Assert.Equal((short)node["version"]!, version);
        RequestHeaderReader header = new(afterSize, headerVersion);
        Assert.False(header.Error.IsError);
        Assert.Equal((int)node["correlationId"]!, header.CorrelationId);
        Assert.Equal((string?)node["clientId"], header.ClientId.ToText());
        Assert.Equal((int)node["headerBytes"]!, header.BytesRead);

        string? clientId = (string?)node["clientId"];
        byte[] target = new byte[RequestFrame.PrefixBytesMax + Encoding.UTF8.GetByteCount(clientId ?? "")];
        int bodyStart = RequestFrame.Begin(
            target, headerVersion, apiKey, version, header.CorrelationId, header.ClientId);
        RequestFrame.SetSize(target, frame.Length);
        Assert.Equal(sizeof(int) + header.BytesRead, bodyStart);
        Assert.Equal(frame[..bodyStart], target[..bodyStart]);
    }

    private static void AssertResponse(JsonNode node, byte[] frame)
    {
        short headerVersion = (short)node["headerVersion"]!;
        DecodeError error = ResponseFrame.Read(
            frame.AsSpan(sizeof(int)), headerVersion, out int correlationId, out int headerBytes);
        Assert.False(error.IsError);
        Assert.Equal((int)node["correlationId"]!, correlationId);
        Assert.Equal((int)node["headerBytes"]!, headerBytes);

        byte[] target = new byte[ResponseFrame.PrefixBytesMax];
        int bodyStart = ResponseFrame.Begin(target, headerVersion, correlationId);
        ResponseFrame.SetSize(target, frame.Length);
        Assert.Equal(sizeof(int) + headerBytes, bodyStart);
        Assert.Equal(frame[..bodyStart], target[..bodyStart]);
    }
}
