using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>
/// Reads in place the answers that say an error for each partition and nothing else: OffsetCommit, and
/// AddPartitionsToTxn up to version 3.
/// </summary>
public static class PartitionErrors
{
    private const int TopicBytesMin = 2;
    private const int PartitionBytesMin = sizeof(int) + sizeof(short);

    /// <summary>Walks the whole body; takes no memory.</summary>
    /// <param name="body">The response behind its header.</param>
    /// <param name="api">One of the two.</param>
    /// <param name="version">The version of the request.</param>
    /// <param name="first">The first error in it; none where there is no error.</param>
    /// <returns>What is wrong with the bytes, or none.</returns>
    public static DecodeError FindFirst(ReadOnlySpan<byte> body, ApiKey api, short version, out ErrorCode first)
    {
        ByteReader reader = new(body);
        bool isCommit = api == ApiKey.OffsetCommit;
        if (version < 0 || version > (isCommit ? 10 : 3) || (!isCommit && api != ApiKey.AddPartitionsToTxn))
        {
            reader.Fail(DecodeErrorKind.UnsupportedVersion);
        }

        bool isFlexible = version >= (isCommit ? 8 : 3);
        bool hasIds = isCommit && version >= 10;
        if (!isCommit || version >= 3)
        {
            // How long the broker asks to be left alone.
            reader.ReadInt32();
        }

        short found = 0;
        for (int topics = reader.ReadCount(isFlexible, TopicBytesMin); topics > 0; topics--)
        {
            if (hasIds)
            {
                reader.ReadUuid();
            }
            else
            {
                reader.ReadUtf8(isFlexible);
            }

            for (int partitions = reader.ReadCount(isFlexible, PartitionBytesMin); partitions > 0; partitions--)
            {
                reader.ReadInt32();
                short code = reader.ReadInt16();
                found = found == 0 ? code : found;
                reader.SkipTags(isFlexible);
            }

            reader.SkipTags(isFlexible);
        }

        reader.SkipTags(isFlexible);
        if (reader.Remaining > 0)
        {
            reader.Fail(DecodeErrorKind.TrailingBytes);
        }

        first = (ErrorCode)found;
        return reader.Error;
    }
}
