namespace Millrace.Protocol.Records;

/// <summary>Who set a record's timestamp: bit 3 of the attributes; magic 0 has none.</summary>
public enum TimestampType : sbyte
{
    None = -1,
    CreateTime = 0,
    LogAppendTime = 1,
}
