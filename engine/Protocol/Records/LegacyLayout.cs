namespace Millrace.Protocol.Records;

/// <summary>
/// Where the fields of a message of magic 0 or 1 lie, in bytes from the start of its log entry: offset and length as in
/// magic 2, then CRC-32, magic, attributes, in magic 1 a timestamp, and key and value behind an int32 length each.
/// </summary>
internal static class LegacyLayout
{
    /// <summary>The CRC covers everything behind it, the magic first.</summary>
    public const int Crc = 12;

    public const int Attributes = 17;

    /// <summary>Magic 1 only.</summary>
    public const int Timestamp = 18;

    /// <summary>Where the key's length stands.</summary>
    public static int FieldsEnd(byte magic) => magic == 0 ? 18 : 26;

    /// <summary>Size of an entry with neither key nor value.</summary>
    public static int SizeMin(byte magic) => FieldsEnd(magic) + sizeof(int) + sizeof(int);
}
