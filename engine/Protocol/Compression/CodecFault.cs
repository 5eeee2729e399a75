namespace Millrace.Protocol.Compression;

/// <summary>Why a payload could not be decompressed.</summary>
public enum CodecFault : byte
{
    None = 0,

    /// <summary>The payload is not of this codec, is damaged, or ends early.</summary>
    BadData,

    /// <summary>It holds more than the limits allow; found before more than that was taken.</summary>
    TooLarge,

    /// <summary>Codec ids 5 to 7.</summary>
    UnknownCodec,
}
