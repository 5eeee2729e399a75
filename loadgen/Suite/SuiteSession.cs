using System.Diagnostics;
using System.Globalization;
using Millrace.Loadgen.Floors;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Suite;

/// <summary>
/// One broker in one round: every shape, one after another, on the process that was started for it. Owned by the
/// suite's thread.
/// </summary>
internal sealed class SuiteSession(
    RunningBroker broker, string folder, string runs, SuiteLength length, RowMeasures measures, Action<string> fault)
{
    /// <summary>
    /// P1's: below what Kafka holds on two cores beside its clients, so that both brokers do the same.
    /// </summary>
    public const int ProduceRate = 150_000;

    /// <summary>P1's values and batches, in bytes.</summary>
    public const int ValueBytes = 1024;
    public const int BatchBytes = 256 * 1024;

    /// <summary>P5's batches, producers, and requests of each that may be unanswered.</summary>
    public const int DurableBatchBytes = 16 * 1024;
    public const int DurableProducers = 8;
    public const int InFlight = 5;

    private const double Kibi = 1024;
    private const double Mebi = 1024 * 1024;
    private const int SettleMs = 1_000;
    private const int WarmUpSeconds = 1;
    // A new group waits for members: group.initial.rebalance.delay.ms is 3 s, and nobody commits before.
    private const int GroupWarmUpSeconds = 6;
    private const int EvictionPauseMs = 200;
    private const double RateHeld = 0.95;
    private const int TailRate = 5_000;

    /// <summary>
    /// P1's and P5's topics keep no more than one full segment, as their floors keep one file: memory is used again, as
    /// on a machine that has been up for a while. New memory costs several times the write itself where a host has
    /// taken it back.
    /// </summary>
    private static readonly string[] KeptShort =
    [
        "--topic-config", $"segment.bytes={Number(FloorFiles.FileBytes)}",
        "--topic-config", $"retention.bytes={Number(FloorFiles.FileBytes)}",
        "--topic-config", "file.delete.delay.ms=0",
    ];

    /// <summary>Bytes that a fetch of P2 brought, on average: what its floor is measured with.</summary>
    public int FetchedBytes { get; private set; }

    private bool IsWatched => broker.ProcessId != 0;

    /// <summary>Measures everything.</summary>
    /// <param name="highestRate">Kafka's highest rate for P4; 0 where it is to be found now.</param>
    /// <returns>The highest rate, where it was found now.</returns>
    public double MeasureAll(double highestRate)
    {
        if (broker.IsStartedHere)
        {
            measures.Add("P8", broker.FirstRecordMs);
            Thread.Sleep(SettleMs);
            measures.Add("P7-idle", broker.Sample().ResidentBytes / Mebi);
        }

        double found = highestRate;
        Step("warm-up", WarmUp);
        Step("P1", () => Produce("P1", "none"));
        foreach (string codec in length.Codecs)
        {
            Step($"P1-{codec}", () => Produce($"P1-{codec}", codec));
        }

        Step("P2", Fetch);
        Step("P3", SmallRequests);
        Step("P4", () =>
        {
            found = highestRate > 0 ? highestRate : HighestRate();
            EndToEnd(found / 2);
        });
        Step("P5", Durable);
        Step("P10", ColdReplay);
        Step("T1", Transactions);
        Step("G1", Commits);
        Step("verify", Verify);
        if (IsWatched)
        {
            Step("P11-connection", IdleConnections);
            measures.Add("P7-loaded", broker.Sample().ResidentBytesPeak / Mebi);
        }

        return found;
    }

    private void Step(string name, Action measure)
    {
        try
        {
            measure();
        }
        catch (Exception failure) when (failure is IOException or BrokerRefusedException)
        {
            fault($"{broker.Kind.Name}, {name}: {failure.Message}");
        }
    }

    private void WarmUp()
    {
        string[] load = ["--rate", "max", "--in-flight", "5", "--no-stamps", "--partitions", "4", "--linger", "5ms"];
        Run("warm-up", "produce", length.WarmUpSeconds, [.. load, "--topic", "warm-up", "--batch-size", "16K"]);
        Run("warm-up", "consume", length.WarmUpSeconds / 2, ["--topic", "warm-up", "--loop"]);

        // P1 has few requests a second: at its own rate the JVM would not have compiled their path for minutes.
        string[] big = ProduceLoad("warm-up-P1", "none");
        Run("warm-up", "produce", length.WarmUpSeconds * 2, [.. big, "--rate", "max"]);
    }

    private void Produce(string row, string codec)
    {
        string[] load = ProduceLoad(row, codec);
        RunResult result = Run(row, "produce", length.Seconds, [.. load, "--rate", Number(ProduceRate)]);
        CheckRate(row, result, ProduceRate);
        AddCpu(row, result);
    }

    /// <summary>One batch a request: Kafka takes several times the CPU per GB for requests of 1 MiB.</summary>
    private static string[] ProduceLoad(string topic, string codec) =>
    [
        "--topic", topic, "--partitions", "4", "--record-size", Number(ValueBytes), "--batch-size", Number(BatchBytes),
        "--request-batches", "1", "--linger", "100ms", "--acks", "1", "--in-flight", Number(InFlight),
        "--compression", codec, "--random", "0.3", "--no-stamps", .. KeptShort,
    ];

    private void Fetch()
    {
        RunResult result = Run("P2", "consume", length.Seconds, ["--topic", "P1", "--loop"]);
        FetchedBytes = (int)(result.Totals.BytesConsumed / Math.Max(1, result.Totals.Fetches));
        AddCpu("P2", result);
    }

    private void SmallRequests()
    {
        long? before = broker.AllocatedBytes();
        RunResult result = Run("P3", "produce", length.Seconds,
        [
            "--topic", "P3", "--partitions", "4", "--rate", "max", "--record-size", "100", "--batch-records", "1",
            "--request-batches", "1", "--producers", "16", "--in-flight", Number(InFlight), "--acks", "1",
            "--linger", "0ms", "--no-stamps",
        ]);
        if (result.Server is { RequestsPerCoreSecond: > 0 } server)
        {
            measures.Add("P3", server.RequestsPerCoreSecond);
        }

        if (before is not null && broker.AllocatedBytes() is { } after)
        {
            // The warm-up allocates too, and its requests are in no total. In whole bytes: what a connection takes
            // once would else be a part of a byte for each of its requests.
            double requests = result.Totals.ProduceRequests * (1 + (WarmUpSeconds / result.Totals.Seconds));
            measures.Add("P6", Math.Round((after - before.Value) / Math.Max(1, requests)));
        }
    }

    private double HighestRate()
    {
        RunResult result = Run("P4-highest", "e2e", length.Seconds, EndToEndLoad("P4-highest", "max"));
        return Math.Min(result.AggregatedConsumeRate, result.AggregatedPublishRate);
    }

    private void EndToEnd(double rate)
    {
        RunResult result = Run("P4", "e2e", length.Seconds * 2, EndToEndLoad("P4", Number((int)rate)));
        CheckRate("P4", result, rate);
        AddOfBroker(result, "P4-p50", result.AggregatedEndToEndLatency50pct);
        AddOfBroker(result, "P4-p99", result.AggregatedEndToEndLatency99pct);
        AddOfBroker(result, "P4-p999", result.AggregatedEndToEndLatency999pct);
        AddOfBroker(result, "P4-max", result.AggregatedEndToEndLatencyMax);
    }

    private static string[] EndToEndLoad(string topic, string rate) =>
    [
        "--topic", topic, "--partitions", "4", "--rate", rate, "--record-size", Number(ValueBytes), "--acks", "1",
        "--linger", "1ms", "--batch-size", "64K",
    ];

    private void Durable()
    {
        RunResult result = Run("P5", "produce", length.Seconds,
        [
            "--topic", "P5", "--partitions", "4", "--rate", "max", "--record-size", Number(ValueBytes),
            "--batch-size", Number(DurableBatchBytes), "--producers", Number(DurableProducers), "--in-flight",
            Number(InFlight), "--acks", "1", "--topic-config", broker.Kind.DurableTopicConfig, "--no-stamps",
            .. KeptShort,
        ]);
        AddOfBroker(result, "P5", result.Totals.BytesAcked / result.Totals.Seconds / 1e6);
    }

    /// <summary>A steady tail by itself, and beside a consumer that reads what the cache does not hold.</summary>
    private void ColdReplay()
    {
        string data = Path.Combine(folder, "data");
        if (!Directory.Exists(data))
        {
            return;
        }

        PageCache.Evict(data, "P1", writesBack: true);

        RunResult undisturbed = Tail("P10-undisturbed");
        string[] replay =
            ["consume", "--quiet", "--brokers", broker.Address, "--topic", "P1", "--loop", "--duration", "1h"];
        using Process reader = ChildRun.Begin(replay);

        // The disk and the broker are to be in the tail's way, not loadgen's other half on the same processors.
        reader.PriorityClass = ProcessPriorityClass.Idle;
        using CancellationTokenSource end = new();
        Thread evicting = new(() =>
        {
            do
            {
                PageCache.Evict(data, "P1", writesBack: false);
            }
            while (!end.Token.WaitHandle.WaitOne(EvictionPauseMs));
        });
        evicting.Start();
        try
        {
            RunResult beside = Tail("P10-beside");
            double before = undisturbed.Loadgen.IsBottleneck ? 0 : undisturbed.AggregatedEndToEndLatency99pct;
            AddOfBroker(beside, "P10", before > 0 ? beside.AggregatedEndToEndLatency99pct / before : 0);
        }
        finally
        {
            end.Cancel();
            evicting.Join();
            reader.Kill();
            reader.WaitForExit();
        }
    }

    private RunResult Tail(string name) => Run(name, "e2e", length.Seconds,
    [
        "--topic", "P10", "--rate", Number(TailRate), "--record-size", Number(ValueBytes), "--linger", "0ms",
    ]);

    private void Transactions()
    {
        RunResult result = Run("T1", "txn", length.Seconds,
        [
            "--topic", "T1", "--partitions", "4", "--rate", "max", "--producers", "4", "--transaction-records", "10",
            "--record-size", Number(ValueBytes),
        ]);
        AddOfBroker(result, "T1", result.Totals.Operations / result.Totals.Seconds);
    }

    private void Commits()
    {
        RunResult result = Run("G1", "groups", length.Seconds,
            ["--topic", "G1", "--partitions", "4", "--commit-groups", "8", "--members", "2", "--commit-rate", "max"],
            GroupWarmUpSeconds);
        AddOfBroker(result, "G1", result.ServiceLatency.Count / result.Totals.Seconds);
    }

    /// <summary>Every record of a run looked at: figures of a broker that loses some say nothing.</summary>
    private void Verify()
    {
        RunResult result = Run("verify", "e2e", length.Seconds,
        [
            "--topic", "verify", "--partitions", "4", "--rate", "20k", "--record-size", "200", "--acks", "all",
            "--verify",
        ]);
        if (result.Verify is not { IsClean: true, Checked: > 0 } verify)
        {
            fault($"{broker.Kind.Name}: records were lost, doubled, out of order or corrupt: {result.Verify}");
        }
        else if (verify.Checked < result.Totals.RecordsAcked)
        {
            fault($"{broker.Kind.Name}: {verify.Checked} of {result.Totals.RecordsAcked} records could be checked");
        }
    }

    private void IdleConnections()
    {
        List<SetupClient> clients = [];
        try
        {
            long before = broker.Sample().ResidentBytes;
            for (int index = 0; index < length.Connections; index++)
            {
                clients.Add(SetupClient.Connect(BrokerAddresses.ParseList(broker.Address)));
            }

            long after = broker.Sample().ResidentBytes;
            measures.Add("P11-connection", Math.Max(0, after - before) / Kibi / length.Connections);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private RunResult Run(
        string name, string subcommand, int seconds, IReadOnlyList<string> load, int warmUpSeconds = WarmUpSeconds)
    {
        List<string> arguments =
        [
            subcommand, "--brokers", broker.Address, "--name", name, "--broker-name", broker.Kind.Name,
            "--duration", $"{seconds}s", "--warm-up", $"{warmUpSeconds}s", "--data-folder", folder, .. load,
        ];
        if (IsWatched)
        {
            arguments.AddRange(["--server-pid", Number(broker.ProcessId)]);
        }

        RunResult result = ChildRun.Run(arguments, Path.Combine(runs, $"{name}.json"));
        if (result.Loadgen.IsBottleneck)
        {
            // Once more: a neighbour's burst is over by then.
            result = ChildRun.Run(arguments, Path.Combine(runs, $"{name}.json"));
        }

        foreach (string reason in result.Loadgen.Reasons)
        {
            fault($"{broker.Kind.Name}, {name}: loadgen itself was the bottleneck: {reason}");
        }

        return result;
    }

    /// <summary>
    /// A latency or a rate, which is the broker's only where loadgen was not the bottleneck. What a request or a byte
    /// costs is the broker's in any case.
    /// </summary>
    private void AddOfBroker(RunResult result, string row, double value)
    {
        if (!result.Loadgen.IsBottleneck && value > 0)
        {
            measures.Add(row, value);
        }
    }

    private void AddCpu(string row, RunResult result)
    {
        if (result.Server is { CpuSecondsPerGb: > 0 } server)
        {
            measures.Add(row, server.CpuSecondsPerGb);
        }
    }

    private void CheckRate(string row, RunResult result, double rate)
    {
        if (result.AggregatedPublishRate < rate * RateHeld)
        {
            fault(string.Create(
                CultureInfo.InvariantCulture,
                $"{broker.Kind.Name}, {row}: {result.AggregatedPublishRate:0} records/s of {rate:0} that were due"));
        }
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
