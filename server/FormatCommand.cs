using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Millrace.Base;
using Millrace.Broker;
using Millrace.Cluster;
using Millrace.Protocol.Messages;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>
/// <c>millrace format</c>: makes log directories ready for a cluster, with the options of <c>kafka-storage format</c>.
/// </summary>
internal sealed class FormatCommand
{
    private const string NeedsQuorum =
        "controller.quorum.voters is not set on this controller, so say who votes: --standalone for this node alone, "
        + "--initial-controllers, or --no-initial-controllers";

    private readonly ConfigSource source = new();

    private readonly Option<string> clusterId = new("--cluster-id", "-t")
    {
        Description = "The cluster that the directories belong to.",
        HelpName = "id",
        Required = true,
    };

    private readonly Option<bool> ignoreFormatted = new("--ignore-formatted", "-g")
    {
        Description = "Pass over directories that are formatted already.",
    };

    private readonly Option<string?> releaseVersion = new("--release-version", "-r")
    {
        Description = $"The metadata.version to begin with, {MetadataVersion.Oldest} at least; without it "
            + $"{MetadataVersion.Newest}.",
        HelpName = "version",
    };

    private readonly Option<string[]> features = new("--feature", "-f")
    {
        Description = "The level of a feature to begin with, such as transaction.version=2. May be given again.",
        HelpName = "feature=level",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> standalone = new("--standalone", "-s")
    {
        Description = "This node alone votes at first; more may join later.",
    };

    private readonly Option<string?> initialControllers = new("--initial-controllers", "-I")
    {
        Description = "Those who vote at first, the same list on each of them.",
        HelpName = "id@host:port:directory,...",
    };

    private readonly Option<bool> noInitialControllers = new("--no-initial-controllers", "-N")
    {
        Description = "Name nobody who votes: this node joins a quorum that there is, or will be.",
    };

    private readonly Option<string[]> scram = new("--add-scram", "-S")
    {
        Description = "A SCRAM credential to begin with. May be given again.",
        HelpName = "SCRAM-SHA-256=[name=alice,password=alice-secret]",
        DefaultValueFactory = _ => [],
    };

    public static Command Create()
    {
        FormatCommand format = new();
        Command command = new(
            "format",
            "Make log directories ready for a cluster, as kafka-storage format does.\n\n"
            + "Examples:\n"
            + "  millrace format --cluster-id 5L6g3nShT-eMCtK--X86sw --config server.properties --standalone\n"
            + "  millrace format -t 5L6g3nShT-eMCtK--X86sw --set log.dirs=/data")
        {
            format.clusterId,
            format.ignoreFormatted,
            format.releaseVersion,
            format.features,
            format.standalone,
            format.initialControllers,
            format.noInitialControllers,
            format.scram,
        };
        format.source.AddTo(command);
        command.SetAction(parsed => (int)format.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        TextWriter errors = parsed.InvocationConfiguration.Error;
        ExitCode code = source.Read(parsed, errors, out NodeConfig? node);
        if (node is null)
        {
            return code;
        }

        string? problem = TryReadOptions(parsed, node, out DirectoryFormatOptions? options);
        if (options is null)
        {
            errors.WriteLine(problem);
            return ExitCode.Usage;
        }

        return Format(options, parsed.InvocationConfiguration.Output, errors);
    }

    private static ExitCode Format(DirectoryFormatOptions options, TextWriter output, TextWriter errors)
    {
        DirectoryFormat format = new(new PosixFileSystem(), SystemClock.Instance, new Random());
        string? problem = format.Format(options, out IReadOnlyList<string> formatted);
        if (problem is not null)
        {
            errors.WriteLine(problem);
            return ExitCode.DirectoryRefused;
        }

        foreach (string directory in formatted)
        {
            string kind = directory == options.MetadataDirectory ? "metadata" : "data";
            output.WriteLine($"Formatting {kind} directory {directory} with metadata.version {options.Version}.");
        }

        if (formatted.Count == 0)
        {
            output.WriteLine("All of the log directories are already formatted.");
        }

        return ExitCode.Success;
    }

    private string? TryReadOptions(ParseResult parsed, NodeConfig node, out DirectoryFormatOptions? options)
    {
        options = null;
        MetadataVersion version = MetadataVersion.Newest;
        if (parsed.GetValue(releaseVersion) is { } name && !MetadataVersion.TryParse(name, out version))
        {
            return $"--release-version {name}: there is no such version; the versions are {MetadataVersion.Oldest} to "
                + $"{MetadataVersion.Newest}";
        }

        Dictionary<string, short> levels = [];
        foreach (string feature in parsed.GetValue(features) ?? [])
        {
            int sign = feature.IndexOf('=', StringComparison.Ordinal);
            if (sign <= 0
                || !short.TryParse(feature.AsSpan(sign + 1), CultureInfo.InvariantCulture, out short level)
                || !levels.TryAdd(feature[..sign].Trim(), level))
            {
                return $"--feature {feature}: takes feature=level, each feature once, as in transaction.version=2";
            }
        }

        string? problem = TryReadVoters(parsed, node, out InitialQuorum quorum, out List<VotersRecord.Voter> voters)
            ?? TakeQuorumVersion(levels, quorum);
        List<MetadataRecord> credentials = [];
        problem ??= ReadCredentials(parsed, version, credentials);
        options = problem is not null
            ? null
            : new DirectoryFormatOptions
            {
                NodeId = node.Config.NodeId,
                ClusterId = parsed.GetValue(clusterId)!,
                LogDirectories = node.LogDirectories,
                MetadataDirectory = node.MetadataDirectory,
                Version = version,
                Features = levels,
                Quorum = quorum,
                Voters = voters,
                ExtraRecords = credentials,
                IgnoresFormatted = parsed.GetValue(ignoreFormatted),
            };
        return problem;
    }

    private string? ReadCredentials(ParseResult parsed, MetadataVersion version, List<MetadataRecord> credentials)
    {
        foreach (string text in parsed.GetValue(scram) ?? [])
        {
            if (ScramOption.Parse(text, out UserScramCredentialRecord? record) is { } problem)
            {
                return problem;
            }

            credentials.Add(new MetadataRecord(record!, 0));
        }

        return credentials.Count > 0 && !version.HasScram
            ? $"--add-scram: SCRAM is only supported in metadata.version 3.5-IV2 or later, this one is {version}"
            : null;
    }

    /// <summary>kraft.version follows from who votes; a level that says otherwise is a mistake.</summary>
    private static string? TakeQuorumVersion(Dictionary<string, short> levels, InitialQuorum quorum)
    {
        short version = quorum == InitialQuorum.Static ? (short)0 : QuorumVoters.NewestVersion;
        return levels.Remove(ClusterFeature.KRaftVersion, out short level) && level != version
            ? $"--feature {ClusterFeature.KRaftVersion}={level}: it is {version} with voters given in this way"
            : null;
    }

    private string? TryReadVoters(
        ParseResult parsed, NodeConfig node, out InitialQuorum quorum, out List<VotersRecord.Voter> voters)
    {
        bool isStandalone = parsed.GetValue(standalone);
        bool isUnnamed = parsed.GetValue(noInitialControllers);
        string? list = parsed.GetValue(initialControllers);
        quorum = InitialQuorum.Static;
        voters = [];
        if ((isStandalone ? 1 : 0) + (isUnnamed ? 1 : 0) + (list is null ? 0 : 1) > 1)
        {
            return "--standalone, --initial-controllers and --no-initial-controllers all say who votes: give one";
        }

        if (node.Config.QuorumVoters.Count > 0)
        {
            return isStandalone || isUnnamed || list is not null
                ? "controller.quorum.voters says who votes already: take it away, or leave out --standalone, "
                    + "--initial-controllers and --no-initial-controllers"
                : null;
        }

        if (isUnnamed)
        {
            quorum = InitialQuorum.Unnamed;
            return null;
        }

        if (!isStandalone && list is null && node.Config.IsController && !node.Config.IsSelfContained)
        {
            return NeedsQuorum;
        }

        quorum = InitialQuorum.Dynamic;
        return list is null ? AddThisNode(node, voters) : InitialControllers.Parse(list, node, voters);
    }

    private static string? AddThisNode(NodeConfig node, List<VotersRecord.Voter> voters)
    {
        voters.Add(InitialControllers.ThisNode(node));
        return null;
    }
}
