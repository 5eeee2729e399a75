using System.Globalization;
using Millrace.Base;
using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Suite;

/// <summary>
/// The side-by-side run: in each round every broker is started anew on the same disk with the same load, one after the
/// other and in alternating order, so that what the machine does meanwhile hits all of them alike. Owned by one thread.
/// </summary>
internal sealed class SuiteRun(
    IReadOnlyList<BrokerKind> kinds, SuiteLength length, string output, string data, int port, bool fillsMemory,
    TextWriter progress)
{
    private const double NsPerSecond = 1e9;
    private const int PartitionsPerTopic = 1_000;

    private readonly Dictionary<string, RowMeasures> measures =
        kinds.ToDictionary(kind => kind.Name, _ => new RowMeasures());
    private readonly List<string> faults = [];
    private readonly SuiteFloors floors = new(Path.Combine(data, "floors"), length);
    private double highestRate;
    private int fetchedBytes;
    private int rounds;

    /// <summary>Runs all rounds and puts the summary together.</summary>
    public SuiteSummary Execute()
    {
        Directory.CreateDirectory(output);
        while (rounds < length.Rounds)
        {
            MeasureRound();
        }

        if (length.Partitions > 0)
        {
            foreach (BrokerKind kind in kinds.Where(kind => kind is not RunningElsewhere))
            {
                StartWithPartitions(kind);
            }
        }

        return Summarize();
    }

    /// <summary>One round more, so that a figure that surprises is no accident of the machine.</summary>
    public SuiteSummary ExecuteOnceMore()
    {
        MeasureRound();
        return Summarize();
    }

    private void MeasureRound()
    {
        // Kafka first in the first round: the rate of P4 is half of its highest.
        IEnumerable<BrokerKind> order = rounds % 2 == 0 ? kinds.Reverse() : kinds;
        rounds++;
        foreach (BrokerKind kind in order)
        {
            RunRound(kind, rounds);
        }

        Say($"round {rounds}: floors");
        floors.Measure(fetchedBytes);
    }

    private void RunRound(BrokerKind kind, int round)
    {
        Say($"round {round} of {Math.Max(round, length.Rounds)}: {kind.Name}");
        string folder = Fresh(kind);
        if (fillsMemory)
        {
            PageCache.Fill(data);
        }

        string runs = Path.Combine(output, "runs", $"{kind.Name}-{round}");
        Directory.CreateDirectory(runs);
        try
        {
            using RunningBroker broker = RunningBroker.Start(kind, folder, port);
            SuiteSession session = new(broker, folder, runs, length, measures[kind.Name], Fault);
            highestRate = session.MeasureAll(highestRate);
            fetchedBytes = session.FetchedBytes > 0 ? session.FetchedBytes : fetchedBytes;
        }
        catch (IOException failure)
        {
            Fault(failure.Message);
        }

        Keep(folder, runs);
    }

    private void StartWithPartitions(BrokerKind kind)
    {
        Say($"{length.Partitions} partitions: {kind.Name}");
        string folder = Fresh(kind);
        TopicSpec spec = new()
        {
            Name = "many",
            Count = length.Partitions / PartitionsPerTopic,
            Partitions = PartitionsPerTopic,
        };
        try
        {
            using (RunningBroker broker = RunningBroker.Start(kind, folder, port))
            {
                using SetupClient client = SetupClient.Connect(BrokerAddresses.ParseList(broker.Address));
                TopicSetup.Prepare(client, spec);
            }

            using RunningBroker again = RunningBroker.Start(kind, folder, port);
            using SetupClient after = SetupClient.Connect(BrokerAddresses.ParseList(again.Address));
            long startNs = SystemClock.Instance.MonotonicNs;
            TopicSetup.Prepare(after, spec);
            double led = (SystemClock.Instance.MonotonicNs - startNs) / NsPerSecond;
            measures[kind.Name].Add("P11-partitions", (again.FirstRecordMs / 1e3) + led);
        }
        catch (Exception failure) when (failure is IOException or BrokerRefusedException)
        {
            Fault($"{kind.Name}, P11-partitions: {failure.Message}");
        }

        Keep(folder, Path.Combine(output, "runs"));
    }

    private string Fresh(BrokerKind kind)
    {
        string folder = Path.Combine(data, kind.Name.Replace(' ', '-'));
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>The broker's own log is kept beside its runs; its data is not.</summary>
    private static void Keep(string folder, string runs)
    {
        string log = Path.Combine(folder, "broker.log");
        if (File.Exists(log))
        {
            File.Move(log, Path.Combine(runs, $"{Path.GetFileName(folder)}.log"), overwrite: true);
        }

        Directory.Delete(folder, recursive: true);
    }

    private SuiteSummary Summarize() => new()
    {
        Time = DateTimeOffset.FromUnixTimeMilliseconds(SystemClock.Instance.WallMs)
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        Kind = length.Kind,
        Rounds = rounds,
        Environment = RunEnvironment.Read(data) with
        {
            Durability = "page cache; P5: fsync before acknowledge",
            Broker = string.Join(", ", kinds.Select(kind => kind.Name)),
        },
        Brokers = kinds.ToDictionary(kind => kind.Name, kind => kind.Description),
        Rows = SummaryRows.Of(measures, floors.Of),
        Faults = faults,
    };

    private void Fault(string text)
    {
        string line = text.ReplaceLineEndings(" ");
        faults.Add(line);
        Say(line);
    }

    private void Say(string line)
    {
        progress.WriteLine(line);
        progress.Flush();
    }
}
