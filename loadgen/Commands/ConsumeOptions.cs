using System.CommandLine;

namespace Millrace.Loadgen;

/// <summary>
/// The options of those who consume. What is not given keeps the default of <see cref="ConsumeSpec"/>.
/// </summary>
internal sealed class ConsumeOptions
{
    private readonly Option<int?> consumers = new("--consumers")
    {
        Description = "Consumers of a group; partitions are dealt out among them.",
    };

    private readonly Option<int?> groups = new("--groups")
    {
        Description = "Groups that each read everything.",
    };

    private readonly Option<int?> minBytes = new("--fetch-min-bytes")
    {
        Description = "fetch.min.bytes.",
    };

    private readonly Option<int?> maxWait = new("--fetch-max-wait-ms")
    {
        Description = "fetch.max.wait.ms.",
    };

    private readonly Option<string?> maxBytes = new("--fetch-max-bytes")
    {
        Description = "fetch.max.bytes.",
    };

    private readonly Option<string?> partitionBytes = new("--partition-fetch-bytes")
    {
        Description = "max.partition.fetch.bytes.",
    };

    private readonly Option<bool> readCommitted = new("--read-committed")
    {
        Description = "isolation.level=read_committed.",
    };

    public void AddTo(Command command)
    {
        Option[] all = [consumers, groups, minBytes, maxWait, maxBytes, partitionBytes, readCommitted];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads what was given over what is there.</summary>
    /// <exception cref="FormatException">One of the options cannot be read; the message names it.</exception>
    public ConsumeSpec Read(ParseResult parsed, ConsumeSpec start) => start with
    {
        Consumers = RunOptions.AtLeastOne("--consumers", parsed.GetValue(consumers) ?? start.Consumers),
        Groups = RunOptions.AtLeastOne("--groups", parsed.GetValue(groups) ?? start.Groups),
        MinBytes = parsed.GetValue(minBytes) ?? start.MinBytes,
        MaxWaitMs = parsed.GetValue(maxWait) ?? start.MaxWaitMs,
        MaxBytes = Size(parsed, maxBytes, start.MaxBytes),
        PartitionMaxBytes = Size(parsed, partitionBytes, start.PartitionMaxBytes),
        IsReadCommitted = start.IsReadCommitted || parsed.GetValue(readCommitted),
    };

    private static int Size(ParseResult parsed, Option<string?> option, int start)
    {
        if (parsed.GetValue(option) is not { } text)
        {
            return start;
        }

        return RecordSizes.TryReadSize(text, out int bytes)
            ? bytes
            : throw RunOptions.Wrong(option.Name, "takes bytes, as in 1M");
    }
}
