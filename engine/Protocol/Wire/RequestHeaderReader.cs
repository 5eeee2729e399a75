using System.Buffers.Binary;
using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Reads the header of a request in place. Its own version follows from the API and its version, which stand first and
/// alike in all of them: <see cref="TryPeek"/> reads those, the caller looks the header version up, and the constructor
/// reads the rest.
/// </summary>
public readonly ref struct RequestHeaderReader
{
    private const short FirstFlexible = 2;

    /// <param name="frame">The frame behind its size.</param>
    /// <param name="headerVersion">1, or 2 for flexible requests. Kafka 4 has no version 0 any more.</param>
    public RequestHeaderReader(ReadOnlySpan<byte> frame, short headerVersion)
    {
        ByteReader reader = new(frame);
        ApiKey = (ApiKey)reader.ReadInt16();
        ApiVersion = reader.ReadInt16();
        CorrelationId = reader.ReadInt32();

        // The client id keeps the old form in the flexible header, so that a broker can read it of any version
        // (KIP-482).
        ClientId = reader.ReadNullableUtf8(flexible: false);
        reader.SkipTags(headerVersion >= FirstFlexible);
        Error = reader.Error;
        BytesRead = reader.Position;
    }

    /// <summary>What is wrong with the bytes, or none.</summary>
    public DecodeError Error { get; }

    /// <summary>The API; it may be one that nobody knows.</summary>
    public ApiKey ApiKey { get; }

    public short ApiVersion { get; }

    public int CorrelationId { get; }

    public NullableUtf8 ClientId { get; }

    /// <summary>Bytes of the header: where the body starts.</summary>
    public int BytesRead { get; }

    /// <summary>The API and its version, which tell the header's.</summary>
    /// <returns>False where the frame is too short for any header.</returns>
    public static bool TryPeek(ReadOnlySpan<byte> frame, out ApiKey apiKey, out short apiVersion)
    {
        bool hasKey = BinaryPrimitives.TryReadInt16BigEndian(frame, out short key);
        apiKey = (ApiKey)key;
        apiVersion = 0;
        return hasKey && BinaryPrimitives.TryReadInt16BigEndian(frame[sizeof(short)..], out apiVersion);
    }
}
