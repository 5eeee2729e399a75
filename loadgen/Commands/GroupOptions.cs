using System.CommandLine;

namespace Millrace.Loadgen;

/// <summary>The options of groups whose members commit. What is not given keeps the default.</summary>
internal sealed class GroupOptions
{
    private readonly Option<int?> groups = new("--commit-groups", "-g")
    {
        Description = "Groups.",
    };

    private readonly Option<int?> members = new("--members")
    {
        Description = "Members of each group.",
    };

    private readonly Option<string?> rate = new("--commit-rate")
    {
        Description = "Offset commits a second over all members, or max.",
    };

    private readonly Option<string?> churn = new("--churn")
    {
        Description = "Every so often a member of each group leaves and comes back, as in 5s.",
    };

    private readonly Option<int?> sessionTimeout = new("--session-timeout-ms")
    {
        Description = "session.timeout.ms.",
    };

    private readonly Option<int?> heartbeat = new("--heartbeat-ms")
    {
        Description = "heartbeat.interval.ms.",
    };

    private readonly Option<string?> prefix = new("--group-prefix")
    {
        Description = "What stands before the groups' numbers in their names.",
    };

    /// <param name="command">The subcommand.</param>
    /// <param name="isBeside">Whether it is about others too, so that there are no groups unless they are asked for.
    /// </param>
    public void AddTo(Command command, bool isBeside)
    {
        Option[] all = [groups, members, rate, churn, sessionTimeout, heartbeat, prefix];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }

        groups.Description = isBeside ? "Groups whose members commit; none otherwise." : "Groups; 1 otherwise.";
    }

    /// <summary>Null where no groups were asked for.</summary>
    public GroupSpec? ReadBeside(ParseResult parsed) =>
        parsed.GetValue(groups) is null ? null : Read(parsed, new GroupSpec());

    /// <summary>Reads what was given over what is there.</summary>
    /// <exception cref="FormatException">One of the options cannot be read; the message names it.</exception>
    public GroupSpec Read(ParseResult parsed, GroupSpec start) => start with
    {
        Groups = RunOptions.AtLeastOne("--commit-groups", parsed.GetValue(groups) ?? start.Groups),
        Members = RunOptions.AtLeastOne("--members", parsed.GetValue(members) ?? start.Members),
        CommitRate = parsed.GetValue(rate) is { } text
            ? RateProfile.TryParse(text) ?? throw RunOptions.Wrong("--commit-rate", "takes commits a second, or max")
            : start.CommitRate,
        ChurnSeconds = parsed.GetValue(churn) is { } time
            ? OptionText.Seconds(time) ?? throw RunOptions.Wrong("--churn", "takes a time, as in 5s")
            : start.ChurnSeconds,
        SessionTimeoutMs = parsed.GetValue(sessionTimeout) ?? start.SessionTimeoutMs,
        HeartbeatMs = parsed.GetValue(heartbeat) ?? start.HeartbeatMs,
        NamePrefix = parsed.GetValue(prefix) ?? start.NamePrefix,
    };
}
