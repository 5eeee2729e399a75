using System.CommandLine;

namespace Millrace.Loadgen;

/// <summary>
/// <c>loadgen produce</c>, <c>consume</c>, <c>e2e</c> and <c>mixed</c>: one side of a topic, the other, both, or all.
/// </summary>
internal sealed class WorkloadCommands
{
    private readonly RunOptions run = new();
    private readonly ProduceOptions produce = new();
    private readonly ConsumeOptions consume = new();
    private readonly GroupOptions groups = new();
    private readonly RunConsole console = new();

    private readonly Option<bool> verify = new("--verify")
    {
        Description = "Read every record back: loss, duplicates, order and checksums.",
    };

    private readonly Option<bool> fromBeginning = new("--from-beginning")
    {
        Description = "Read what is there, from the first record, and end where it ended at the start.",
    };

    private readonly Option<bool> loop = new("--loop")
    {
        Description = "Read what is there over and over.",
    };

    private readonly Option<int> runId = new("--run-id")
    {
        Description = "The run whose records --verify looks at; the first that is met otherwise.",
    };

    private readonly Option<int> replayers = new("--replayers")
    {
        Description = "Readers of all that is there, over and over, beside the others.",
    };

    private readonly Option<int> idle = new("--idle-connections")
    {
        Description = "Connections that are held beside the others.",
    };

    public static Command CreateProduce()
    {
        WorkloadCommands own = new();
        Command command = new(
            "produce",
            "Produce on a schedule, and measure from when each record was due.\n\n"
            + "Examples:\n"
            + "  loadgen produce --rate 50k --record-size 1024 --partitions 3\n"
            + "  loadgen produce --rate max --batch-size 256K --acks 1 --server-pid 4711\n"
            + "  loadgen produce --rate 1000 --verify")
        {
            own.verify,
        };
        own.run.AddTo(command);
        own.produce.AddTo(command);
        return own.Finish(command, own.ReadProduce);
    }

    public static Command CreateConsume()
    {
        WorkloadCommands own = new();
        Command command = new(
            "consume",
            "Read what others produce, or what is there already.\n\n"
            + "Examples:\n"
            + "  loadgen consume --topic orders --from-beginning\n"
            + "  loadgen consume --topic orders --from-beginning --verify\n"
            + "  loadgen consume --topic orders --loop --consumers 4 --duration 30s")
        {
            own.fromBeginning,
            own.loop,
            own.verify,
            own.runId,
        };
        own.run.AddTo(command);
        own.consume.AddTo(command);
        return own.Finish(command, own.ReadConsume);
    }

    public static Command CreateEndToEnd()
    {
        WorkloadCommands own = new();
        Command command = new(
            "e2e",
            "Produce and consume, and measure from when a record was due to when a consumer has it.\n\n"
            + "Examples:\n"
            + "  loadgen e2e --rate 1000 --record-size 100 --linger 0\n"
            + "  loadgen e2e --rate 20k --groups 2 --consumers 3 --partitions 3 --verify")
        {
            own.verify,
        };
        own.run.AddTo(command);
        own.produce.AddTo(command);
        own.consume.AddTo(command);
        return own.Finish(command, own.ReadEndToEnd);
    }

    public static Command CreateMixed()
    {
        WorkloadCommands own = new();
        Command command = new(
            "mixed",
            "Produce and consume at the end of a topic, while others read its past, members of groups commit, and\n"
            + "idle connections stand.\n\n"
            + "Examples:\n"
            + "  loadgen mixed --rate 10k --replayers 2\n"
            + "  loadgen mixed --rate 1000 --commit-groups 10 --idle-connections 1000")
        {
            own.verify,
            own.replayers,
            own.idle,
        };
        own.run.AddTo(command);
        own.produce.AddTo(command);
        own.consume.AddTo(command);
        own.groups.AddTo(command, isBeside: true);
        return own.Finish(command, own.ReadMixed);
    }

    /// <summary>What a producer alone does, unless the options say otherwise.</summary>
    public static RunPlan ProducePlan(RunOptions run, ProduceOptions produce, ParseResult parsed, bool verifies)
    {
        ProduceSpec spec = produce.Read(parsed, new ProduceSpec());
        RunPlan plan = run.Read(parsed, new RunPlan { Name = "produce" });
        return plan with
        {
            Produce = CheckStamps(spec, verifies),
            Consume = verifies ? new ConsumeSpec { Verifies = true } : null,
            Verifies = verifies,
            Threads = ThreadsOr(plan, verifies ? 2 : 1),
        };
    }

    /// <summary>Threads as they were given, or so many.</summary>
    public static int ThreadsOr(RunPlan plan, int otherwise) => plan.Threads > 0 ? plan.Threads : otherwise;

    /// <summary>Records that are looked into need room for their stamps.</summary>
    /// <exception cref="FormatException">They have none.</exception>
    public static ProduceSpec CheckStamps(ProduceSpec spec, bool isNeeded)
    {
        if (isNeeded && (!spec.IsStamped || spec.Sizes.Min < RecordStamp.Size))
        {
            throw RunOptions.Wrong(
                "--record-size", $"is at least {RecordStamp.Size} where records carry numbers and times, and "
                + "--no-stamps leaves them out");
        }

        return spec;
    }

    private Command Finish(Command command, Func<ParseResult, RunPlan> read)
    {
        console.AddTo(command);
        command.SetAction(parsed => (int)console.Run(parsed, () => read(parsed)));
        return command;
    }

    private RunPlan ReadProduce(ParseResult parsed) => ProducePlan(run, produce, parsed, parsed.GetValue(verify));

    private RunPlan ReadConsume(ParseResult parsed)
    {
        bool isFromBeginning = parsed.GetValue(fromBeginning);
        bool isLooping = parsed.GetValue(loop);
        ConsumeSpec spec = consume.Read(parsed, new ConsumeSpec
        {
            IsFromBeginning = isFromBeginning || isLooping,
            IsLooping = isLooping,
            EndsAtEnd = isFromBeginning && !isLooping,
            Verifies = parsed.GetValue(verify),
        });
        RunPlan plan = run.Read(parsed, new RunPlan { Name = "consume" });
        return plan with
        {
            Consume = spec,
            Verifies = spec.Verifies,
            RunId = parsed.GetValue(runId),
            WarmUpSeconds = spec.EndsAtEnd ? 0 : plan.WarmUpSeconds,
            Threads = ThreadsOr(plan, 1),
        };
    }

    private RunPlan ReadEndToEnd(ParseResult parsed)
    {
        bool verifies = parsed.GetValue(verify);
        RunPlan plan = run.Read(parsed, new RunPlan { Name = "e2e" });
        return plan with
        {
            Produce = CheckStamps(produce.Read(parsed, new ProduceSpec()), isNeeded: true),
            Consume = consume.Read(parsed, new ConsumeSpec { ReadsStamps = true, Verifies = verifies }),
            Verifies = verifies,
            Threads = ThreadsOr(plan, 2),
        };
    }

    private RunPlan ReadMixed(ParseResult parsed)
    {
        RunPlan plan = ReadEndToEnd(parsed);
        int readers = parsed.GetValue(replayers);
        int held = parsed.GetValue(idle);
        return plan with
        {
            Name = plan.Name == "e2e" ? "mixed" : plan.Name,
            Replay = readers > 0
                ? new ConsumeSpec { Groups = readers, IsFromBeginning = true, IsLooping = true }
                : null,
            Connections = held > 0 ? new ConnectionSpec { Count = held } : null,
            Groups = groups.ReadBeside(parsed),
        };
    }
}
