using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>From a topic's configs to those that its logs go by.</summary>
public static class LogConfigs
{
    public static LogConfig From(TopicConfig topic) => new()
    {
        SegmentBytes = topic.SegmentBytes,
        SegmentMs = topic.SegmentMs,
        SegmentJitterMs = topic.SegmentJitterMs,
        SegmentIndexBytes = topic.SegmentIndexBytes,
        IndexIntervalBytes = topic.IndexIntervalBytes,
        RetentionMs = topic.RetentionMs,
        RetentionBytes = topic.RetentionBytes,
        FileDeleteDelayMs = topic.FileDeleteDelayMs,
        Deletes = topic.IsDeleted,
        Compacts = topic.IsCompacted,
        FlushMessages = topic.FlushMessages,
        FlushMs = topic.FlushMs,
        FlushesBeforeAck = topic.FlushBeforeAck,
        MaxMessageBytes = topic.MaxMessageBytes,
        TimestampType = topic.TimestampIsLogAppendTime ? TimestampType.LogAppendTime : TimestampType.CreateTime,
        TimestampBeforeMaxMs = topic.TimestampBeforeMaxMs,
        TimestampAfterMaxMs = topic.TimestampAfterMaxMs,
        TargetCodec = CodecOf(topic),
        MaxDecompressedRecordBytes = topic.MaxDecompressedMessageBytes,
    };

    private static Codec? CodecOf(TopicConfig topic) => topic.Compression switch
    {
        TopicCompression.Producer => null,
        TopicCompression.Uncompressed => new Codec(CompressionCodec.None),
        TopicCompression.Gzip => new Codec(CompressionCodec.Gzip, topic.CompressionLevel),
        TopicCompression.Snappy => new Codec(CompressionCodec.Snappy),
        TopicCompression.Lz4 => new Codec(CompressionCodec.Lz4, topic.CompressionLevel),
        TopicCompression.Zstd => new Codec(CompressionCodec.Zstd, topic.CompressionLevel),
        _ => throw new ArgumentOutOfRangeException(nameof(topic), topic.Compression, "no such codec"),
    };
}
