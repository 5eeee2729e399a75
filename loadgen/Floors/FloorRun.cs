using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Millrace.Base;
using Millrace.Loadgen.Measurement;
using Millrace.Network;

namespace Millrace.Loadgen.Floors;

/// <summary>Runs a floor and reads what it took.</summary>
internal static unsafe class FloorRun
{
    private const double NsPerSecond = 1e9;
    private const int PollMs = 1;

    /// <summary>The floor of producing.</summary>
    /// <param name="load">How it is loaded; the answer's size is this floor's own.</param>
    /// <param name="folder">A folder on the broker's disk.</param>
    /// <param name="seconds">How long to measure, after a tenth of it to warm up.</param>
    public static FloorResult Produce(FloorLoad load, string folder, double seconds)
    {
        FloorLoad whole = load with { AnswerBytes = ProduceFloor.AnswerBytes };
        return OverLoopback(
            "produce", whole, seconds, whole.RequestBytes, sockets => new ProduceFloor(whole, sockets, folder));
    }

    /// <summary>The floor of fetching; the load's answer is records alone.</summary>
    public static FloorResult Fetch(FloorLoad load, string folder, double seconds)
    {
        FloorLoad whole = load with
        {
            RequestBytes = FetchFloor.RequestBytes,
            AnswerBytes = load.AnswerBytes + FetchFloor.HeaderBytes,
        };
        return OverLoopback(
            "fetch", whole, seconds, load.AnswerBytes, sockets => new FetchFloor(whole, sockets, folder));
    }

    /// <summary>
    /// The floor of waiting for the device: batches written and synced, so many with one fdatasync(2), one sync after
    /// the other.
    /// </summary>
    public static FloorResult Durable(int batchBytes, int together, string folder, double seconds)
    {
        using FloorFiles files = new(folder);
        byte* batch = (byte*)NativeMemory.AllocZeroed((nuint)batchBytes);
        IoVector* pieces = (IoVector*)NativeMemory.Alloc((nuint)together, (nuint)sizeof(IoVector));
        for (int index = 0; index < together; index++)
        {
            pieces[index] = new IoVector { Base = batch, Length = (nuint)batchBytes };
        }

        SystemClock clock = SystemClock.Instance;
        long requests = 0;
        long startNs = clock.MonotonicNs;
        long cpuNs = CpuClock.ThisThreadNs;
        while (clock.MonotonicNs - startNs < seconds * NsPerSecond)
        {
            files.Append(pieces, together, (long)together * batchBytes);
            FloorCalls.SyncData(files.Current);
            requests += together;
        }

        double took = (clock.MonotonicNs - startNs) / NsPerSecond;
        double cpu = (CpuClock.ThisThreadNs - cpuNs) / NsPerSecond;
        NativeMemory.Free(batch);
        NativeMemory.Free(pieces);
        return new FloorResult
        {
            Name = "durable",
            Load = new FloorLoad(batchBytes, 0, 0, together, 0),
            Seconds = took,
            Requests = requests,
            Bytes = requests * batchBytes,
            CpuSeconds = cpu,
            SyncedTogether = together,
        };
    }

    private static FloorResult OverLoopback(
        string name, FloorLoad load, double seconds, int countedBytes, Func<IReadOnlyList<Socket>, FloorServer> serve)
    {
        List<Socket> near = [];
        List<Socket> far = [];
        try
        {
            Connect(load.Connections, near, far);
            using FloorServer server = serve(near);
            using FloorClient client = new(load, far);
            server.Start();
            client.Start();
            Wait(seconds / 10);
            long before = client.Answered;
            long cpuNs = CpuClock.ThreadNs(server.ThreadId);
            long startNs = SystemClock.Instance.MonotonicNs;
            Wait(seconds);
            long requests = client.Answered - before;
            long endNs = SystemClock.Instance.MonotonicNs;
            return new FloorResult
            {
                Name = name,
                Load = load,
                Seconds = (endNs - startNs) / NsPerSecond,
                Requests = requests,
                Bytes = requests * countedBytes,
                CpuSeconds = (CpuClock.ThreadNs(server.ThreadId) - cpuNs) / NsPerSecond,
            };
        }
        finally
        {
            near.ForEach(socket => socket.Dispose());
            far.ForEach(socket => socket.Dispose());
        }
    }

    private static void Connect(int connections, List<Socket> near, List<Socket> far)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(connections);
        for (int index = 0; index < connections; index++)
        {
            Socket one = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            far.Add(one);
            one.Connect(listener.LocalEndPoint!);
            near.Add(listener.Accept());
            one.NoDelay = true;
            near[^1].NoDelay = true;
            one.Blocking = false;
            near[^1].Blocking = false;
        }
    }

    private static void Wait(double seconds)
    {
        long endNs = SystemClock.Instance.MonotonicNs + (long)(seconds * NsPerSecond);
        while (SystemClock.Instance.MonotonicNs < endNs)
        {
            Thread.Sleep(PollMs);
        }
    }
}
