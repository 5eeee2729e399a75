using Millrace.Loadgen.Suite;

namespace Millrace.Loadgen.Tests.Suite;

public sealed class AllocationLogsTests
{
    private const string Collections = """
        [0.010s][info][gc] Using G1
        [1.700s][info][gc] GC(0) Pause Young (Normal) (G1 Evacuation Pause) 50M->10M(1024M) 5.100ms
        [2.300s][info][gc] GC(1) Concurrent Mark Cycle
        [3.100s][info][gc] GC(2) Pause Young (Concurrent Start) (Metadata GC Threshold) 610M->12M(1024M) 4.000ms
        [3.200s][info][gc] GC(2) Pause Remark 13M->11M(1024M) 1.000ms
        """;

    [Fact]
    public void What_a_heap_grew_by_between_collections_was_allocated() =>
        Assert.Equal((50L + 600 + 1) << 20, AllocationLogs.SumOfCollections(Collections));

    [Fact]
    public void Before_the_first_collection_nothing_is_known() =>
        Assert.Null(AllocationLogs.SumOfCollections("[0.010s][info][gc] Using G1\n"));

    [Fact]
    public void The_last_answer_of_a_broker_counts()
    {
        const string log =
            "ready\nmemory: 1000 bytes allocated since the start, 5 in\nx memory: 3000 bytes allocated\n";
        Assert.Equal(3000, AllocationLogs.LastMemoryLine(log));
        Assert.Null(AllocationLogs.LastMemoryLine("ready\n"));
    }

    [Fact]
    public void A_log_that_is_not_there_is_empty() => Assert.Equal("", AllocationLogs.Read("nowhere.log"));
}
