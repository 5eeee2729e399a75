namespace Millrace.Protocol.Generator.Tests;

/// <summary>
/// The emitted code, to the letter. After a wanted change, run with <c>MILLRACE_UPDATE_SNAPSHOTS=1</c>, and read the
/// difference as any other code before it is committed.
/// </summary>
public sealed class SnapshotTests
{
    [Fact]
    public void A_request_with_versions_nulls_and_nested_arrays() => AssertSnapshot("ShipRequest", """
        [Message(ApiKey.Produce, MessageType.Request, Versions = "3-13", Flexible = "9+")]
        public sealed partial class ShipRequest
        {
            [Nullable, Entity(EntityType.TransactionalId)] public string? TransactionalId = null;
            public short Acks = -1;
            [Since(5), Until(8)] public int TimeoutMs;
            [Since(4), Ignorable] public Uuid ClusterId;
            [Nullable(7)] public string? Note = "";
            public Topic[] Topics = [];

            public sealed partial class Topic
            {
                [Until(12), MapKey] public string Name = "";
                [Since(13), MapKey] public Uuid TopicId;
                public Partition[] Partitions = [];
            }

            public sealed partial class Partition
            {
                public int Index;
                [Nullable, Records] public byte[]? Records;
            }
        }
        """);

    [Fact]
    public void A_response_with_tags_and_structs() => AssertSnapshot("FerryResponse", """
        [Message(ApiKey.Fetch, MessageType.Response, Versions = "11-16", Flexible = "12+", UnstableFrom = 16)]
        public sealed partial class FerryResponse
        {
            public short ErrorCode;
            [Since(12), Tag(0)] public LeaderAndEpoch Leader = new();
            [Since(13), Nullable] public Cursor? Next = null;
            [Since(16), Tag(1), Ignorable] public Node[] Nodes = [];
            [Since(14), Nullable, Tag(2)] public Cursor? Previous = null;

            public sealed partial class LeaderAndEpoch
            {
                public int LeaderId = -1;
                public int LeaderEpoch = -1;
            }

            public sealed partial class Cursor
            {
                public string Topic = "";
                public int[] Partitions = [];
            }

            public sealed partial class Node
            {
                [MapKey] public int NodeId;
                public string Host = "";
            }
        }
        """);

    [Fact]
    public void A_key_that_was_never_flexible() => AssertSnapshot("HarbourKey", """
        [Message(MessageType.CoordinatorKey, 2, Versions = "0", Log = RecordLog.TransactionState)]
        public sealed partial class HarbourKey
        {
            public string Group = "";
            public bool IsOpen = true;
            public ushort Port;
            public double Depth = 1.5;
        }
        """);

    private static void AssertSnapshot(string message, string declarations)
    {
        string code = GeneratorRun.CodeOf(message, declarations);
        string path = Path.Combine(Repository.Root, "tests", "Protocol.Generator.Tests", "Snapshots", $"{message}.cs");
        if (Environment.GetEnvironmentVariable("MILLRACE_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, code);
        }

        Assert.Equal(File.ReadAllText(path), code);
    }
}
