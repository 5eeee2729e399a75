using System.CommandLine;
using System.CommandLine.Parsing;

namespace Millrace.Loadgen;

/// <summary>The options that every workload has: which brokers and topics, how long, what is watched.</summary>
internal sealed class RunOptions
{
    private readonly Option<string> brokers = new("--brokers", "-b")
    {
        Description = "Where to begin: host:port,host:port.",
        HelpName = "list",
        DefaultValueFactory = _ => "127.0.0.1:9092",
    };

    private readonly Option<string> topic = new("--topic", "-t")
    {
        Description = "The topic, made where it is missing; with --topics, what stands before their numbers.",
        DefaultValueFactory = _ => "loadgen",
    };

    private readonly Option<int> topics = new("--topics")
    {
        Description = "How many topics.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> partitions = new("--partitions")
    {
        Description = "Partitions of a topic that is made.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<short> replication = new("--replication-factor")
    {
        Description = "Replicas of a topic that is made; -1 for the broker's default.",
        DefaultValueFactory = _ => -1,
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

    private readonly Option<string> duration = new("--duration", "-d")
    {
        Description = "How long to measure, as in 30s, 5m or 500ms.",
        DefaultValueFactory = _ => "10s",
    };

    private readonly Option<string> warmUp = new("--warm-up")
    {
        Description = "How long to run before.",
        DefaultValueFactory = _ => "1s",
    };

    private readonly Option<int> threads = new("--threads")
    {
        Description = "Threads of loadgen; 0 for one, or two where both sides are played.",
        DefaultValueFactory = _ => 0,
    };

    private readonly Option<ulong> seed = new("--seed")
    {
        Description = "What is random comes from it: the same seed gives the same records.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> name = new("--name")
    {
        Description = "What the report calls the run.",
    };

    private readonly Option<string> brokerName = new("--broker-name")
    {
        Description = "What the report calls the broker.",
        DefaultValueFactory = _ => "broker",
    };

    private readonly Option<string> durability = new("--durability")
    {
        Description = "What an acknowledgement promises there, for the report.",
        DefaultValueFactory = _ => "unknown",
    };

    private readonly Option<string?> dataFolder = new("--data-folder")
    {
        Description = "A folder on the broker's disk, where that is here: the report says what disk it is.",
    };

    private readonly Option<int> serverPid = new("--server-pid")
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

    /// <summary>Reads the options into a plan in which nobody does anything yet.</summary>
    /// <exception cref="FormatException">One of them cannot be read; the message names it.</exception>
    public RunPlan Read(ParseResult parsed, string nameDefault)
    {
        double warmUpSeconds = OptionText.Seconds(parsed.GetValue(warmUp)!)
            ?? throw Wrong("--warm-up", "takes a time, as in 2s");
        double durationSeconds = OptionText.Seconds(parsed.GetValue(duration)!)
            ?? throw Wrong("--duration", "takes a time, as in 30s");
        return new RunPlan
        {
            Name = parsed.GetValue(name) ?? nameDefault,
            Brokers = BrokerAddresses.ParseList(parsed.GetValue(brokers)!),
            Topics = new TopicSpec
            {
                Name = parsed.GetValue(topic)!,
                Count = AtLeastOne("--topics", parsed.GetValue(topics)),
                Partitions = AtLeastOne("--partitions", parsed.GetValue(partitions)),
                Replication = parsed.GetValue(replication),
                Configs = parsed.GetValue(topicConfigs)!,
                IsRemade = parsed.GetValue(recreate),
            },
            DurationSeconds = durationSeconds > 0 ? durationSeconds : throw Wrong("--duration", "is more than 0"),
            WarmUpSeconds = warmUpSeconds,
            Threads = parsed.GetValue(threads),
            Seed = parsed.GetValue(seed),
            BrokerName = parsed.GetValue(brokerName)!,
            Durability = parsed.GetValue(durability)!,
            DataFolder = parsed.GetValue(dataFolder),
            ServerProcessId = parsed.GetValue(serverPid),
            ServerGroup = parsed.GetValue(serverGroup),
            HistogramLog = parsed.GetValue(histogramLog),
            Options = Given(parsed),
        };
    }

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
