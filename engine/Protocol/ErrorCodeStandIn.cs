namespace Millrace.Protocol;

/// <summary>Kafka's error codes, as far as record data needs them.</summary>
public enum ErrorCode : short
{
    None = 0,
    CorruptMessage = 2,
    MessageTooLarge = 10,
    InvalidTimestamp = 32,
    UnsupportedCompressionType = 76,
    InvalidRecord = 87,
}
