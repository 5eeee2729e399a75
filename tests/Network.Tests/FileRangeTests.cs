using System.Buffers.Binary;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Millrace.Network.Tests;

public sealed class FileRangeTests : IDisposable
{
    private const int FileBytes = 24 * 1024 * 1024;

    private readonly string path = Path.Combine(Path.GetTempPath(), $"millrace-ranges-{Guid.NewGuid():N}");
    private readonly byte[] content = new byte[FileBytes];
    private readonly SafeFileHandle file;
    private readonly CountingHold hold = new();

    public FileRangeTests()
    {
        new Random(5).NextBytes(content);
        File.WriteAllBytes(path, content);
        file = File.OpenHandle(path);
    }

    public void Dispose()
    {
        file.Dispose();
        File.Delete(path);
    }

    /// <summary>A request is pairs of position and count; each range is answered with its count in front.</summary>
    private void Ranges(Connection connection, Span<byte> frame, ResponseSlot slot)
    {
        for (; frame.Length > 0; frame = frame[8..])
        {
            int position = BinaryPrimitives.ReadInt32BigEndian(frame);
            int count = BinaryPrimitives.ReadInt32BigEndian(frame[4..]);
            BinaryPrimitives.WriteInt32BigEndian(slot.Append(4), count);
            Interlocked.Increment(ref hold.Taken);
            slot.AppendFile(new FileRange((int)file.DangerousGetHandle(), position, count, hold));
        }

        slot.Append("end"u8);
        slot.Complete();
    }

    private static byte[] Request(params (int Position, int Count)[] ranges)
    {
        byte[] request = new byte[ranges.Length * 8];
        for (int index = 0; index < ranges.Length; index++)
        {
            BinaryPrimitives.WriteInt32BigEndian(request.AsSpan(index * 8), ranges[index].Position);
            BinaryPrimitives.WriteInt32BigEndian(request.AsSpan((index * 8) + 4), ranges[index].Count);
        }

        return request;
    }

    private byte[] Expected((int Position, int Count)[] ranges)
    {
        using MemoryStream expected = new();
        foreach ((int position, int count) in ranges)
        {
            byte[] length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, count);
            expected.Write(length);
            expected.Write(content, position, count);
        }

        expected.Write("end"u8);
        return expected.ToArray();
    }

    private static (int Position, int Count)[] RandomRanges(Random random, int count, int bytesMax)
    {
        (int Position, int Count)[] ranges = new (int, int)[count];
        for (int index = 0; index < count; index++)
        {
            int bytes = random.Next(0, bytesMax);
            ranges[index] = (random.Next(0, FileBytes - bytes), bytes);
        }

        return ranges;
    }

    private void ReadAndCompare(FrameClient client, Random random, int requests, int rangesMax)
    {
        (int Position, int Count)[][] asked = Enumerable.Range(0, requests)
            .Select(_ => RandomRanges(random, random.Next(1, rangesMax), 3 * 1024 * 1024)).ToArray();
        client.Send(asked.Select(ranges => Request(ranges)).ToArray());
        foreach ((int Position, int Count)[] ranges in asked)
        {
            Assert.True(client.MustReceive().AsSpan().SequenceEqual(Expected(ranges)), "a fetched range differs");
        }
    }

    [Fact]
    public void Pipelined_responses_of_bytes_and_file_ranges_arrive_byte_for_byte()
    {
        using TestServer server = new(Ranges);
        using FrameClient client = server.Connect();
        ReadAndCompare(client, new Random(6), 20, 2);
        ReadAndCompare(client, new Random(7), 8, 7);
        TestServer.Until(() => hold.Released == hold.Taken);
    }

    [Fact]
    public void Slow_readers_of_file_ranges_get_every_byte_too()
    {
        using TestServer server = new(Ranges, new NetworkOptions { ReactorCount = 1, TurnSendBytesMax = 100_000 });
        Parallel.For(0, 4, index =>
        {
            using FrameClient client = server.Connect(receiveBufferBytes: 8192);
            ReadAndCompare(client, new Random(index), 6, 4);
        });
        TestServer.Until(() => hold.Released == hold.Taken);
    }

    [Fact]
    public void Cold_ranges_are_read_off_the_reactor_and_arrive_byte_for_byte()
    {
        using TestServer server = new(Ranges);
        using FrameClient client = server.Connect();
        DropFromPageCache();
        Assert.Equal(-Errno.TryAgain, Syscalls.ProbeCached((int)file.DangerousGetHandle(), FileBytes / 2));
        ReadAndCompare(client, new Random(8), 20, 2);
        long coldReads = server.Ask(reactor => reactor.ColdReader.DoneCount);
        Assert.True(coldReads > 0, "no range was cold: the test shows nothing");
        TestServer.Until(() => hold.Released == hold.Taken);
    }

    [Fact]
    public void Files_are_let_go_where_clients_leave_in_the_middle()
    {
        using TestServer server = new(Ranges);
        for (int turn = 0; turn < 20; turn++)
        {
            if (turn % 2 == 0)
            {
                DropFromPageCache();
            }

            using FrameClient client = server.Connect();
            client.Send(Request((0, 20 * 1024 * 1024)), Request((1000, 20 * 1024 * 1024)));
            client.Socket.Receive(new byte[1000]);
        }

        TestServer.Until(() => server.Closed.Count == 20 && hold.Released == hold.Taken);
        Assert.Equal(0, server.Ask(reactor => reactor.Memory.OutstandingBytes));
    }

    [Fact]
    public void A_file_that_ends_before_the_range_closes_the_connection_and_says_so()
    {
        using TestServer server = new(Ranges);
        using FrameClient client = server.Connect();
        client.Send(Request((FileBytes - 10, 20)));
        Assert.Throws<EndOfStreamException>(() => client.ReceiveFrame());
        TestServer.Until(() => !server.Lines.IsEmpty && hold.Released == hold.Taken);
        Assert.Contains("it ended early", Assert.Single(server.Lines), StringComparison.Ordinal);
    }

    private void DropFromPageCache()
    {
        // The pages have to be clean for the kernel to drop them.
        RandomAccess.FlushToDisk(file);
        string[] arguments = ["if=" + path, "iflag=nocache", "count=0", "status=none"];
        using Process dd = Process.Start("dd", arguments);
        dd.WaitForExit();
        Assert.Equal(0, dd.ExitCode);
    }

    private sealed class CountingHold : IFileHold
    {
        public int Taken;
        public int Released;

        public void Release() => Interlocked.Increment(ref Released);
    }
}
