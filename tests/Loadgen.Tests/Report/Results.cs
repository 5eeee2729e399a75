using Millrace.Base;
using Millrace.Loadgen.Measurement;
using Millrace.Loadgen.Report;
using Millrace.Loadgen.Tests.Measurement;

namespace Millrace.Loadgen.Tests.Report;

/// <summary>Results of runs that were never run, by way of the same meters as real ones.</summary>
internal static class Results
{
    private const int Seconds = 20;
    private const int ValueBytes = 1_000;

    /// <summary>A run of even load.</summary>
    /// <param name="latencyMs">Of each answer; one in a hundred takes ten times as long.</param>
    /// <param name="recordsPerSecond">Acknowledged, each second within some per cent.</param>
    /// <param name="cpuSecondsPerGb">Of the broker.</param>
    /// <param name="seed">Of the noise between the seconds.</param>
    /// <param name="busiestWorker">How busy the load generator was.</param>
    /// <param name="failed">Records that failed each second.</param>
    /// <param name="verify">What verifying found.</param>
    public static RunResult Run(
        double latencyMs = 1,
        int recordsPerSecond = 50_000,
        double cpuSecondsPerGb = 0.4,
        int seed = 1,
        double busiestWorker = 0.3,
        int failed = 0,
        VerifyOutcome? verify = null)
    {
        Random random = new(seed);
        ManualClock clock = new(1_800_000_000_000);
        WorkerMeter worker = new();
        RunMeter meter = new([worker], server: null, clock, consumerGroups: 1);
        meter.BeginMeasuring();
        for (int second = 0; second < Seconds; second++)
        {
            int records = (int)(recordsPerSecond * (0.98 + (0.04 * random.NextDouble())));
            Answer(worker, random, records, latencyMs);
            worker.RecordsFailed += failed;
            clock.Advance(1_000);
            meter.Tick();
        }

        RunMeasures measures = meter.Finish();
        double cpuSeconds = measures.Whole.Counts.Bytes / 1e9 * cpuSecondsPerGb;
        measures = measures with
        {
            ServerBegin = Samples.Server(0, 0, 0),
            ServerEnd = Samples.Server(Seconds * 1_000_000_000L, cpuSeconds, (long)(cpuSeconds * 1e9)),
            LoadgenCpuSeconds = Seconds * busiestWorker,
            LoadgenBusiestWorker = busiestWorker,
        };
        return RunResult.From(Settings, measures, new RunEnvironment { Cpu = "a <fast> one", Cores = 2 }, verify);
    }

    private static RunSettings Settings => new()
    {
        Workload = "P1 & more",
        Driver = "Millrace",
        MessageSize = ValueBytes,
        Topics = 1,
        Partitions = 4,
        ProducersPerTopic = 1,
        ConsumersPerTopic = 1,
        Options = new Dictionary<string, string> { ["--acks"] = "1", ["--key"] = "<zipf>" },
    };

    private static void Answer(WorkerMeter worker, Random random, int records, double latencyMs)
    {
        const int recordsPerRequest = 100;
        for (int request = 0; request < records / recordsPerRequest; request++)
        {
            double tail = request % 100 == 0 ? 10 : 1;
            long latencyNs = (long)(latencyMs * 1e6 * tail * (0.9 + (0.2 * random.NextDouble())));
            worker.Publish.Record(0, 10_000, latencyNs, recordsPerRequest);
            worker.EndToEnd.Record(latencyNs * 2, recordsPerRequest);
            worker.Lateness.Record(10_000, recordsPerRequest);
            worker.RequestsAcked++;
        }

        worker.RecordsSent += records;
        worker.RecordsAcked += records;
        worker.BytesAcked += (long)records * ValueBytes;
        worker.WireBytesAcked += (long)records * ValueBytes;
        worker.RecordsConsumed += records;
        worker.BytesConsumed += (long)records * ValueBytes;
    }
}
