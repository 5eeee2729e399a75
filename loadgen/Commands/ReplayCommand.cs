using System.CommandLine;

namespace Millrace.Loadgen;

/// <summary><c>loadgen replay-workload FILE</c>: sends records again as they once came.</summary>
internal sealed class ReplayCommand
{
    private readonly RunOptions run = new();
    private readonly ProduceOptions produce = new();
    private readonly RunConsole console = new();

    private readonly Argument<string> file = new("FILE")
    {
        Description = "One record a line: milliseconds, topic, partition, bytes of key, bytes of value.",
    };

    private readonly Option<double> speed = new("--speed")
    {
        Description = "How many times as fast as it was.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<bool> verify = new("--verify")
    {
        Description = "Read every record back: loss, duplicates, order and checksums. Values get room for that.",
    };

    public static Command Create()
    {
        ReplayCommand own = new();
        Command command = new(
            "replay-workload",
            "Send records when and where they once came, in the sizes that they had. Their topics are those of the\n"
            + "file, and made where they are missing.\n\n"
            + "Examples:\n"
            + "  kcat -C -e -b prod:9092 -t orders -f '%T %t %p %K %S\\n' > orders.workload\n"
            + "  loadgen replay-workload orders.workload --speed 2 --brokers 127.0.0.1:9092")
        {
            own.file,
            own.speed,
            own.verify,
        };
        own.run.AddTo(command);
        own.produce.AddTo(command);
        own.console.AddTo(command);
        command.SetAction(parsed => (int)own.console.Run(parsed, () => own.Read(parsed)));
        return command;
    }

    private RunPlan Read(ParseResult parsed)
    {
        string path = parsed.GetValue(file)!;
        double factor = parsed.GetValue(speed);
        if (factor is not (> 0 and < 1e6))
        {
            throw RunOptions.Wrong("--speed", "is more than 0");
        }

        RecordedWorkload recorded = OptionText.ReadFile(path, reader => RecordedWorkload.Read(reader, path));
        bool verifies = parsed.GetValue(verify);
        RunPlan plan = run.Read(parsed, new RunPlan
        {
            Name = "replay-workload",
            WarmUpSeconds = 0,
            Topics = new TopicSpec { Partitions = recorded.Partitions },
        });
        ProduceSpec spec = produce.Read(parsed, new ProduceSpec()) with
        {
            Producers = 1,
            Sizes = RecordSizes.Constant(Math.Max(RecordStamp.Size, recorded.ValueBytesMax)),
        };
        return plan with
        {
            Recorded = recorded,
            Speed = factor,
            Topics = plan.Topics with { Given = [.. recorded.Topics], Count = recorded.Topics.Count },
            DurationSeconds = Math.Max(0.001, recorded.LengthMs / 1000.0 / factor),
            Produce = spec,
            Consume = verifies ? new ConsumeSpec { Verifies = true } : null,
            Verifies = verifies,
            Threads = WorkloadCommands.ThreadsOr(plan, verifies ? 2 : 1),
        };
    }
}
