using System.CommandLine;

namespace Millrace.Loadgen;

/// <summary><c>loadgen preset list</c> and <c>preset run NAME</c>: workloads that have a name.</summary>
internal sealed class PresetCommand
{
    private readonly RunOptions run = new();
    private readonly ProduceOptions produce = new();
    private readonly ConsumeOptions consume = new();
    private readonly RunConsole console = new();

    private readonly Argument<string> name = new("NAME")
    {
        Description = "One that loadgen preset list names.",
    };

    private readonly Option<bool> noFill = new("--no-fill")
    {
        Description = "The topics are filled already: do not do it again.",
    };

    public static Command Create()
    {
        Command list = new("list", "Name the presets.");
        list.SetAction(parsed => List(parsed.InvocationConfiguration.Output));
        PresetCommand own = new();
        Command runs = new(
            "run",
            "Run a preset; what is given beside its name goes before what it says.\n\n"
            + "Examples:\n"
            + "  loadgen preset run fraud --brokers 127.0.0.1:9092 --duration 1m\n"
            + "  loadgen preset run p4 --rate 20k --report artifacts/p4")
        {
            own.name,
            own.noFill,
        };
        own.run.AddTo(runs);
        own.produce.AddTo(runs);
        own.consume.AddTo(runs);
        own.console.AddTo(runs);
        runs.SetAction(parsed => (int)own.console.Run(parsed, () => own.Read(parsed)));
        return new Command("preset", "Workloads that have a name.") { list, runs };
    }

    private static void List(TextWriter output)
    {
        int width = PresetTable.All.Max(preset => preset.Name.Length);
        foreach (Preset preset in PresetTable.All)
        {
            output.WriteLine($"{preset.Name.PadRight(width)}  {preset.About}");
        }
    }

    /// <summary>Reads the plan, and fills its topics first where that is to be done.</summary>
    private RunPlan Read(ParseResult parsed)
    {
        string wanted = parsed.GetValue(name)!;
        Preset preset = PresetTable.Find(wanted)
            ?? throw new FormatException($"there is no preset {wanted}: loadgen preset list names them");
        RunPlan plan = run.Read(parsed, preset.Plan);
        if (plan.Produce is not null)
        {
            ProduceSpec spec = produce.Read(parsed, plan.Produce);
            plan = plan with
            {
                Produce = spec,
                Transactions = plan.Transactions is not { } transactions
                    ? null
                    : spec.Rate == plan.Produce.Rate ? transactions : transactions with { Rate = spec.Rate },
            };
        }

        plan = plan with { Consume = plan.Consume is null ? null : consume.Read(parsed, plan.Consume) };
        if (preset.Fill is { } fill && !parsed.GetValue(noFill))
        {
            console.Execute(parsed, fill with { Brokers = plan.Brokers, Topics = plan.Topics }, out _);
            plan = plan with { Topics = plan.Topics with { IsRemade = false } };
        }

        return plan;
    }
}
