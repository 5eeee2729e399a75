using System.Globalization;
using Millrace.Base;
using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Tests.Measurement;

public sealed class ServerProbeTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("millrace-proc-").FullName;
    private readonly ManualClock clock = new();

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_sample_holds_what_the_files_of_a_process_say()
    {
        WriteProcess(77, userTicks: 153, residentKilobytes: 2_000, threads: [(77, 5, 1, 300), (78, 4, 2, 900)]);
        ServerSample sample = ServerProbe.OfProcess(77, clock, root)!.Take()!.Value;
        Assert.Equal(1.53, sample.UserSeconds, 6);
        Assert.Equal(0.47, sample.SystemSeconds, 6);
        Assert.Equal(2.00, sample.CpuSeconds, 6);
        Assert.Equal(2_000 * 1024, sample.ResidentBytes);
        Assert.Equal(9, sample.ContextSwitchesVoluntary);
        Assert.Equal(3, sample.ContextSwitchesForced);
        Assert.Equal(2, sample.Threads);
        Assert.Equal((11L, 22L), (sample.ReadCalls, sample.WriteCalls));
        Assert.Equal((333L, 444L), (sample.DiskBytesRead, sample.DiskBytesWritten));
        Assert.Equal((1000L, 2000L), (sample.NetworkBytesReceived, sample.NetworkBytesSent));
    }

    [Fact]
    public void What_may_not_be_read_is_unknown_and_not_zero()
    {
        WriteProcess(77, userTicks: 1, residentKilobytes: 1, threads: [(77, 0, 0, 0)]);
        File.Delete(Path.Combine(root, "77", "io"));
        ServerSample sample = ServerProbe.OfProcess(77, clock, root)!.Take()!.Value;
        Assert.Equal(-1, sample.ReadCalls);
        Assert.Equal(-1, sample.DiskBytesWritten);
    }

    [Fact]
    public void The_busiest_thread_is_that_of_the_time_between_two_samples()
    {
        WriteProcess(77, userTicks: 1, residentKilobytes: 1, threads: [(77, 0, 0, 1_000_000), (78, 0, 0, 50)]);
        ServerProbe probe = ServerProbe.OfProcess(77, clock, root)!;
        ServerSample before = probe.Take()!.Value;
        WriteProcess(77, userTicks: 1, residentKilobytes: 1, threads: [(77, 0, 0, 1_000_100), (78, 0, 0, 950)]);
        Assert.Equal(900, probe.Take()!.Value.BusiestThreadNsSince(before));
    }

    [Fact]
    public void A_process_that_is_gone_gives_no_sample()
    {
        Assert.Null(ServerProbe.OfProcess(5, clock, root));
        WriteProcess(5, userTicks: 1, residentKilobytes: 1, threads: [(5, 0, 0, 0)]);
        ServerProbe probe = ServerProbe.OfProcess(5, clock, root)!;
        Directory.Delete(Path.Combine(root, "5"), recursive: true);
        Assert.Null(probe.Take());
    }

    [Fact]
    public void A_group_of_the_one_hierarchy_sums_its_processes_and_takes_its_own_processor_time()
    {
        WriteProcess(5, userTicks: 1, residentKilobytes: 100, threads: [(5, 1, 0, 10)]);
        WriteProcess(6, userTicks: 1, residentKilobytes: 100, threads: [(6, 2, 0, 10), (7, 3, 0, 10)]);
        Write("groups/kafka.service/cpu.stat", "usage_usec 5000000\nuser_usec 3000000\nsystem_usec 2000000\n");
        Write("groups/kafka.service/cgroup.procs", "5\n6\n");
        Write("groups/kafka.service/memory.stat", "anon 4096\nfile 999999\n");
        string groups = Path.Combine(root, "groups");
        ServerSample sample = ServerProbe.OfGroup("kafka.service", clock, root, groups)!.Take()!.Value;
        Assert.Equal(5, sample.CpuSeconds);
        Assert.Equal(3, sample.UserSeconds);
        Assert.Equal(2, sample.SystemSeconds);
        Assert.Equal(4096, sample.ResidentBytes);
        Assert.Equal(6, sample.ContextSwitchesVoluntary);
        Assert.Equal(3, sample.Threads);
    }

    [Fact]
    public void A_group_of_the_older_hierarchies_is_read_from_its_controllers()
    {
        WriteProcess(5, userTicks: 1, residentKilobytes: 100, threads: [(5, 1, 0, 10)]);
        Write("groups/cpuacct/k/cpuacct.usage", "7000000000\n");
        Write("groups/cpuacct/k/cpuacct.stat", "user 500\nsystem 200\n");
        Write("groups/cpuacct/k/cgroup.procs", "5\n");
        Write("groups/memory/k/memory.stat", "cache 999\nrss 8192\n");
        string groups = Path.Combine(root, "groups");
        ServerSample sample = ServerProbe.OfGroup("/k", clock, root, groups)!.Take()!.Value;
        Assert.Equal(7, sample.CpuSeconds);
        Assert.Equal((5.0, 2.0), (sample.UserSeconds, sample.SystemSeconds));
        Assert.Equal(8192, sample.ResidentBytes);
    }

    [Fact]
    public void A_group_that_is_not_there_is_not_found() =>
        Assert.Null(ServerProbe.OfGroup("nobody.service", clock, root, root));

    [Fact]
    public void This_process_is_seen_to_work()
    {
        ServerProbe probe = ServerProbe.OfProcess(Environment.ProcessId, SystemClock.Instance)!;
        ServerSample before = probe.Take()!.Value;
        long sum = 0;
        while (CpuClock.ProcessNs(Environment.ProcessId) / 1e9 < before.CpuSeconds + 0.05)
        {
            sum++;
        }

        ServerSample after = probe.Take()!.Value;
        Assert.True(sum > 0);
        Assert.InRange(after.CpuSeconds - before.CpuSeconds, 0.05, after.AtNs);
        Assert.True(after.BusiestThreadNsSince(before) > 0);
        Assert.True(after.ResidentBytes > 1 << 20);
    }

    private void WriteProcess(
        int id, long userTicks, long residentKilobytes, (int Id, long Voluntary, long Forced, long RunNs)[] threads)
    {
        Write($"{id}/stat", $"{id} (kafka) S 1 1 1 0 -1 0 0 0 0 0 {userTicks} 47 0 0 20 0 6 0 1 2 3\n");
        Write($"{id}/status", $"Name:\tkafka\nVmHWM:\t 5000 kB\nVmRSS:\t {residentKilobytes} kB\n");
        Write($"{id}/io", "rchar: 1\nsyscr: 11\nsyscw: 22\nread_bytes: 333\nwrite_bytes: 444\n");
        Write($"{id}/net/dev", "head\n eth0: 1000 1 0 0 0 0 0 0 2000 1 0\n");
        foreach ((int thread, long voluntary, long forced, long runNs) in threads)
        {
            string path = $"{id}/task/{thread.ToString(CultureInfo.InvariantCulture)}";
            Write($"{path}/status", $"voluntary_ctxt_switches:\t{voluntary}\nnonvoluntary_ctxt_switches:\t{forced}\n");
            Write($"{path}/schedstat", $"{runNs} 0 1\n");
        }
    }

    private void Write(string path, string text)
    {
        string whole = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        File.WriteAllText(whole, text);
    }
}
