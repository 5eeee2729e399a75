using System.CommandLine;

namespace Millrace.Loadgen;

/// <summary><c>loadgen openmessaging WORKLOAD.yaml</c>: workloads as OpenMessaging-benchmark writes them.</summary>
internal sealed class OpenMessagingCommand
{
    private readonly RunOptions run = new();
    private readonly RunConsole console = new();

    private readonly Argument<string> workload = new("WORKLOAD")
    {
        Description = "A workload's YAML file.",
    };

    private readonly Option<string?> driver = new("--driver")
    {
        Description = "A Kafka driver's YAML file: addresses, replication, configs of topics, producers, consumers.",
        HelpName = "file",
    };

    public static Command Create()
    {
        OpenMessagingCommand own = new();
        Command command = new(
            "openmessaging",
            "Run a workload file of OpenMessaging-benchmark; results.json has the names of its results, too.\n\n"
            + "Examples:\n"
            + "  loadgen openmessaging workloads/1-topic-16-partitions-1kb.yaml --brokers 127.0.0.1:9092\n"
            + "  loadgen openmessaging 1-topic.yaml --driver driver-kafka/kafka-throughput.yaml --duration 1m")
        {
            own.workload,
            own.driver,
        };
        command.Aliases.Add("omb");
        own.run.AddTo(command);
        own.console.AddTo(command);
        command.SetAction(parsed => (int)own.console.Run(parsed, () => own.Read(parsed)));
        return command;
    }

    private RunPlan Read(ParseResult parsed)
    {
        string path = parsed.GetValue(workload)!;
        RunPlan plan = OptionText.ReadFile(path, reader => OpenMessagingWorkload.Read(reader, path));
        if (parsed.GetValue(driver) is { } driverPath)
        {
            plan = OptionText.ReadFile(
                driverPath, reader => OpenMessagingWorkload.ReadDriver(reader, driverPath, plan));
        }

        return run.Read(parsed, plan);
    }
}
