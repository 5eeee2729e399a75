using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Protocol.Tests.Records;

public sealed class TimestampSearchTests : IDisposable
{
    private readonly BatchDecoder decoder = new(DecompressionLimits.Streaming);

    public void Dispose() => decoder.Dispose();

    [Theory]
    [InlineData(0, 0, 0, 5)]
    [InlineData(6, 0, 1, 30)]
    [InlineData(30, 2, 4, 30)]
    [InlineData(31, 0, -1, -1)]
    [InlineData(5, 5, 5, 12)]
    [InlineData(0, 6, -1, -1)]
    public void The_first_record_at_or_after_a_time_is_found(long timestamp, long offsetMin, long offset, long found)
    {
        RecordBatch batch = new(TestBatches.WithTimestamps(5, 30, 10, 7, 30, 12));
        Assert.Equal(
            RecordFault.None,
            TimestampSearch.FindFirst(decoder, batch, timestamp, offsetMin, out long actual, out long actualMs));
        Assert.Equal((offset, found), (actual, actualMs));
    }

    [Fact]
    public void The_largest_timestamp_is_the_first_record_that_has_it()
    {
        RecordBatch batch = new(TestBatches.WithTimestamps(5, 30, 10, 30));
        Assert.Equal(RecordFault.None, TimestampSearch.FindMax(decoder, batch, out long offset));
        Assert.Equal(1, offset);
    }

    [Fact]
    public void Under_LogAppendTime_it_is_the_first_of_the_batch()
    {
        NewBatch header = new() { BaseOffset = 7, TimestampType = TimestampType.LogAppendTime, AppendTimeMs = 99 };
        RecordBatch batch = new(TestBatches.Build(4, header));
        Assert.Equal(RecordFault.None, TimestampSearch.FindMax(decoder, batch, out long offset));
        Assert.Equal(7, offset);
    }
}
