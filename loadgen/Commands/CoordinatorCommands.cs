using System.CommandLine;

namespace Millrace.Loadgen;

/// <summary>
/// <c>loadgen txn</c>, <c>groups</c> and <c>connections</c>: what brokers do besides keeping records.
/// </summary>
internal sealed class CoordinatorCommands
{
    private readonly RunOptions run = new();
    private readonly ProduceOptions produce = new();
    private readonly GroupOptions groups = new();
    private readonly RunConsole console = new();

    private readonly Option<bool> verify = new("--verify")
    {
        Description = "Read every committed record back, and find every aborted one that can be read.",
    };

    private readonly Option<int> transactionRecords = new("--transaction-records")
    {
        Description = "Records of a transaction.",
        DefaultValueFactory = _ => new TransactionSpec().Records,
    };

    private readonly Option<int> transactionPartitions = new("--transaction-partitions")
    {
        Description = "Partitions that they are spread over.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double> abort = new("--abort")
    {
        Description = "Share of transactions that are aborted, 0 to 1.",
    };

    private readonly Option<string?> idPrefix = new("--transactional-id")
    {
        Description = "What stands before the producers' numbers in their transactional ids.",
    };

    private readonly Option<int> count = new("--count", "-n")
    {
        Description = "Connections.",
        DefaultValueFactory = _ => new ConnectionSpec().Count,
    };

    private readonly Option<string?> connectionRate = new("--connection-rate")
    {
        Description = "Connections made a second, or max.",
    };

    private readonly Option<string?> ping = new("--ping")
    {
        Description = "Every connection asks something so often, as in 30s; only at its begin otherwise.",
    };

    public static Command CreateTransactions()
    {
        CoordinatorCommands own = new();
        Command command = new(
            "txn",
            "Produce in transactions; --rate is in transactions a second, and latency is that of a whole one.\n\n"
            + "Examples:\n"
            + "  loadgen txn --rate 500 --transaction-records 10 --transaction-partitions 3 --partitions 6\n"
            + "  loadgen txn --rate max --producers 4 --abort 0.1 --verify")
        {
            own.transactionRecords,
            own.transactionPartitions,
            own.abort,
            own.idPrefix,
            own.verify,
        };
        own.run.AddTo(command);
        own.produce.AddTo(command);
        return own.Finish(command, own.ReadTransactions);
    }

    public static Command CreateGroups()
    {
        CoordinatorCommands own = new();
        Command command = new(
            "groups",
            "Consumer groups that commit offsets and rebalance. Latency is that of commits, end-to-end latency that\n"
            + "of rebalances.\n\n"
            + "Examples:\n"
            + "  loadgen groups --commit-groups 100 --members 3 --commit-rate 5k\n"
            + "  loadgen groups --commit-groups 10 --members 5 --churn 2s")
        {
        };
        own.run.AddTo(command);
        own.groups.AddTo(command, isBeside: false);
        return own.Finish(command, own.ReadGroups);
    }

    public static Command CreateConnections()
    {
        CoordinatorCommands own = new();
        Command command = new(
            "connections",
            "Make many connections and hold them. Latency is from a connection's begin to the broker's first answer."
            + "\n\nExamples:\n"
            + "  loadgen connections --count 10000 --duration 30s --server-pid 4711\n"
            + "  loadgen connections --count 2000 --connection-rate 200 --ping 10s")
        {
            own.count,
            own.connectionRate,
            own.ping,
        };
        own.run.AddTo(command);
        return own.Finish(command, own.ReadConnections);
    }

    private Command Finish(Command command, Func<ParseResult, RunPlan> read)
    {
        console.AddTo(command);
        command.SetAction(parsed => (int)console.Run(parsed, () => read(parsed)));
        return command;
    }

    private RunPlan ReadTransactions(ParseResult parsed)
    {
        bool verifies = parsed.GetValue(verify);
        RunPlan plan = run.Read(parsed, new RunPlan { Name = "txn" });
        ProduceSpec records = produce.Read(
            parsed, new ProduceSpec { Rate = new TransactionSpec().Rate, Sizes = RecordSizes.Constant(100) });
        TransactionSpec defaults = new();
        double aborted = parsed.GetValue(abort);
        return plan with
        {
            Produce = WorkloadCommands.CheckStamps(records, verifies),
            Transactions = defaults with
            {
                Producers = records.Producers,
                Rate = records.Rate,
                Records = RunOptions.AtLeastOne("--transaction-records", parsed.GetValue(transactionRecords)),
                Partitions = RunOptions.AtLeastOne("--transaction-partitions", parsed.GetValue(transactionPartitions)),
                AbortShare = aborted is >= 0 and <= 1 ? aborted : throw RunOptions.Wrong("--abort", "is from 0 to 1"),
                IdPrefix = parsed.GetValue(idPrefix) ?? defaults.IdPrefix,
            },
            Consume = verifies ? new ConsumeSpec { Verifies = true, IsReadCommitted = true } : null,
            Verifies = verifies,
            Threads = WorkloadCommands.ThreadsOr(plan, verifies ? 2 : 1),
        };
    }

    private RunPlan ReadGroups(ParseResult parsed)
    {
        // A new group waits 3 s for its first members (group.initial.rebalance.delay.ms), and up to twice that.
        RunPlan start = new()
        {
            Name = "groups",
            Topics = new TopicSpec { Name = "loadgen-groups", Partitions = 12 },
            WarmUpSeconds = 8,
        };
        RunPlan plan = run.Read(parsed, start);
        return plan with
        {
            Groups = groups.Read(parsed, new GroupSpec()),
            Threads = WorkloadCommands.ThreadsOr(plan, 1),
        };
    }

    private RunPlan ReadConnections(ParseResult parsed)
    {
        RunPlan plan = run.Read(parsed, new RunPlan { Name = "connections", WarmUpSeconds = 0 });
        return plan with
        {
            Connections = new ConnectionSpec
            {
                Count = RunOptions.AtLeastOne("--count", parsed.GetValue(count)),
                Rate = parsed.GetValue(connectionRate) is { } rate
                    ? RateProfile.TryParse(rate)
                        ?? throw RunOptions.Wrong("--connection-rate", "takes connections a second, or max")
                    : RateProfile.Unlimited,
                PingSeconds = parsed.GetValue(ping) is { } time
                    ? OptionText.Seconds(time) ?? throw RunOptions.Wrong("--ping", "takes a time, as in 30s")
                    : 0,
            },
            Threads = WorkloadCommands.ThreadsOr(plan, 1),
        };
    }
}
