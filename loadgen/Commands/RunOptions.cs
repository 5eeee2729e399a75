using System.CommandLine;
using System.CommandLine.Parsing;

namespace Millrace.Loadgen;

/// <summary>The options that every workload has: which brokers and topics, how long, what is watched.</summary>
internal sealed class RunOptions
{
    private readonly Option<string?> brokers = new("--brokers", "--bootstrap-server", "-b")
    {
        Description = "Where to begin: host:port,host:port; 127.0.0.1:9092 otherwise.",
        HelpName = "list",
    };

    private readonly Option<string?> topic = new("--topic", "-t")
    {
        Description = "The topic, made where it is missing; with --topics, what stands before their numbers.",
    };

    private readonly Option<int?> topics = new("--topics")
    {
        Description = "How many topics.",
    };

    private readonly Option<int?> partitions = new("--partitions")
    {
        Description = "Partitions of a topic that is made.",
    };

    private readonly Option<short?> replication = new("--replication-factor")
    {
        Description = "Replicas of a topic that is made; -1 for the broker's default.",
    };

    private readonly Option<string[]> topicConfigs = new("--topic-config")
    {
        Description = "A config of a topic that is made. May be given again.",
        HelpName = "name=value",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> recreate = new("--recreate")
    {
        Description = "Delete the topics first, so that the run finds them empty.",
    };

    private readonly Option<string?> duration = new("--duration", "-d")
    {
        Description = "How long to measure, as in 30s, 5m or 500ms; 10s otherwise.",
    };

    private readonly Option<string?> warmUp = new("--warm-up")
    {
        Description = "How long to run before; 1s otherwise.",
    };

    private readonly Option<int?> threads = new("--threads")
    {
        Description = "Threads of loadgen; otherwise one, or two where both sides are played.",
    };

    private readonly Option<ulong?> seed = new("--seed")
    {
        Description = "What is random comes from it: the same seed gives the same records.",
    };

    private readonly Option<string?> name = new("--name")
    {
        Description = "What the report calls the run.",
    };

    private readonly Option<string?> brokerName = new("--broker-name")
    {
        Description = "What the report calls the broker.",
    };

    private readonly Option<string?> durability = new("--durability")
    {
        Description = "What an acknowledgement promises there, for the report.",
    };

    private readonly Option<string?> dataFolder = new("--data-folder")
    {
        Description = "A folder on the broker's disk, where that is here: the report says what disk it is.",
    };

    private readonly Option<int?> serverPid = new("--server-pid")
    {
        Description = "The broker's process, where it is here: its processor time, memory and disk are measured.",
        HelpName = "pid",
    };

    private readonly Option<string?> serverGroup = new("--server-cgroup")
    {
        Description = "The same by its control group.",
        HelpName = "group",
    };

    private readonly Option<string?> histogramLog = new("--hlog")
    {
        Description = "Write each second's histograms to this file, as HdrHistogram logs.",
        HelpName = "file",
    };

    public void AddTo(Command command)
    {
        Option[] all =
        [
            brokers, topic, topics, partitions, replication, topicConfigs, recreate, duration, warmUp, threads, seed,
            name, brokerName, durability, dataFolder, serverPid, serverGroup, histogramLog,
        ];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads what was given over what is there.</summary>
    /// <exception cref="FormatException">One of the options cannot be read; the message names it.</exception>
    public RunPlan Read(ParseResult parsed, RunPlan start)
    {
        string[] configs = parsed.GetValue(topicConfigs)!;
        return start with
        {
            Name = parsed.GetValue(name) ?? start.Name,
            Brokers = parsed.GetValue(brokers) is { } list ? BrokerAddresses.ParseList(list) : start.Brokers,
            Topics = start.Topics with
            {
                Name = parsed.GetValue(topic) ?? start.Topics.Name,
                Count = AtLeastOne("--topics", parsed.GetValue(topics) ?? start.Topics.Count),
                Partitions = AtLeastOne("--partitions", parsed.GetValue(partitions) ?? start.Topics.Partitions),
                Replication = parsed.GetValue(replication) ?? start.Topics.Replication,
                Configs = configs.Length > 0 ? configs : start.Topics.Configs,
                IsRemade = parsed.GetValue(recreate) || start.Topics.IsRemade,
            },
            DurationSeconds = Seconds(parsed, duration, start.DurationSeconds) is > 0 and var seconds
                ? seconds
                : throw Wrong("--duration", "is more than 0"),
            WarmUpSeconds = Seconds(parsed, warmUp, start.WarmUpSeconds),
            Threads = parsed.GetValue(threads) ?? start.Threads,
            Seed = parsed.GetValue(seed) ?? start.Seed,
            BrokerName = parsed.GetValue(brokerName) ?? start.BrokerName,
            Durability = parsed.GetValue(durability) ?? start.Durability,
            DataFolder = parsed.GetValue(dataFolder) ?? start.DataFolder,
            ServerProcessId = parsed.GetValue(serverPid) ?? start.ServerProcessId,
            ServerGroup = parsed.GetValue(serverGroup) ?? start.ServerGroup,
            HistogramLog = parsed.GetValue(histogramLog) ?? start.HistogramLog,
            Options = Given(parsed),
        };
    }

    private static double Seconds(ParseResult parsed, Option<string?> option, double start) =>
        parsed.GetValue(option) is { } text
            ? OptionText.Seconds(text) ?? throw Wrong(option.Name, "takes a time, as in 30s or 500ms")
            : start;

    public static int AtLeastOne(string option, int value) =>
        value >= 1 ? value : throw Wrong(option, "is at least 1");

    public static FormatException Wrong(string option, string remedy) => new($"{option} {remedy}");

    /// <summary>What stands on the command line, by the names of the options.</summary>
    private static Dictionary<string, string> Given(ParseResult parsed)
    {
        Dictionary<string, string> given = [];
        foreach (OptionResult option in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            if (!option.Implicit)
            {
                string values = string.Join(' ', option.Tokens.Select(token => token.Value));
                given[option.Option.Name.TrimStart('-')] = values.Length > 0 ? values : "true";
            }
        }

        return given;
    }
}
