using System.CommandLine;

namespace Millrace.Loadgen;

/// <summary><c>loadgen produce</c>, <c>consume</c> and <c>e2e</c>: one side of a topic, the other, or both.</summary>
internal sealed class WorkloadCommands
{
    private readonly RunOptions run = new();
    private readonly ProduceOptions produce = new();
    private readonly ConsumeOptions consume = new();
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
        own.console.AddTo(command);
        command.SetAction(parsed => (int)own.console.Run(parsed, () => own.ReadProduce(parsed)));
        return command;
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
        own.console.AddTo(command);
        command.SetAction(parsed => (int)own.console.Run(parsed, () => own.ReadConsume(parsed)));
        return command;
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
        own.console.AddTo(command);
        command.SetAction(parsed => (int)own.console.Run(parsed, () => own.ReadEndToEnd(parsed)));
        return command;
    }

    private RunPlan ReadProduce(ParseResult parsed)
    {
        ProduceSpec spec = produce.Read(parsed, new ProduceSpec());
        bool verifies = parsed.GetValue(verify);
        RunPlan plan = run.Read(parsed, "produce");
        return plan with
        {
            Produce = CheckStamps(spec, verifies),
            Consume = verifies ? new ConsumeSpec { Verifies = true } : null,
            Verifies = verifies,
            Threads = ThreadsOr(plan, verifies ? 2 : 1),
        };
    }

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
        RunPlan plan = run.Read(parsed, "consume");
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
        RunPlan plan = run.Read(parsed, "e2e");
        return plan with
        {
            Produce = CheckStamps(produce.Read(parsed, new ProduceSpec()), isNeeded: true),
            Consume = consume.Read(parsed, new ConsumeSpec { ReadsStamps = true, Verifies = verifies }),
            Verifies = verifies,
            Threads = ThreadsOr(plan, 2),
        };
    }

    private static ProduceSpec CheckStamps(ProduceSpec spec, bool isNeeded)
    {
        if (isNeeded && (!spec.IsStamped || spec.Sizes.Min < RecordStamp.Size))
        {
            throw RunOptions.Wrong(
                "--record-size", $"is at least {RecordStamp.Size} where records carry numbers and times, and "
                + "--no-stamps leaves them out");
        }

        return spec;
    }

    private static int ThreadsOr(RunPlan plan, int otherwise) => plan.Threads > 0 ? plan.Threads : otherwise;
}
