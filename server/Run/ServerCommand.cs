using System.CommandLine;
using System.Runtime.InteropServices;
using Millrace.Base;
using Millrace.Broker;

namespace Millrace.Server;

/// <summary><c>millrace server</c>: runs a broker until a signal or its disks end it.</summary>
internal sealed class ServerCommand
{
    private static readonly IClock Clock = SystemClock.Instance;

    private readonly ConfigSource source = new();

    private readonly Option<bool> allowUnprotected = new("--allow-unprotected")
    {
        Description = "Start although a config protects something and is not served yet, such as an authorizer.",
    };

    private readonly Option<LogFormat> logFormat = new("--log-format")
    {
        Description = "How log lines on the standard error look.",
        DefaultValueFactory = _ => LogFormat.Text,
    };

    public static Command Create()
    {
        ServerCommand server = new();
        Command command = new(
            "server",
            "Run a broker.\n\n"
            + "Examples:\n"
            + "  millrace server\n"
            + "  millrace server --config server.properties\n"
            + "  millrace server --set listeners=PLAINTEXT://:19092 --set log.dirs=/data")
        {
            server.allowUnprotected,
            server.logFormat,
        };
        server.source.AddTo(command);
        command.SetAction(parsed => (int)server.Run(parsed));
        return command;
    }

    private ExitCode Run(ParseResult parsed)
    {
        long startedMs = Clock.MonotonicMs;
        TextWriter errors = parsed.InvocationConfiguration.Error;
        ExitCode code = source.Read(parsed, errors, out NodeConfig? node);
        if (node is null)
        {
            return code;
        }

        using Stream standardError = Console.OpenStandardError();
        LogLevels levels = new(
            new StreamLog(standardError, SystemClock.Instance, parsed.GetValue(logFormat)), SystemClock.Instance);
        LogArea log = levels.Area("server");
        foreach (string warning in node.Warnings)
        {
            log.Warn($"{warning}");
        }

        code = CheckServed(node, parsed.GetValue(allowUnprotected), log);
        return code == ExitCode.Success ? Run(node, levels, log, startedMs) : code;
    }

    /// <summary>Success where everything that is asked for is served, or the operator goes without.</summary>
    private static ExitCode CheckServed(NodeConfig node, bool isUnprotectedAllowed, LogArea log)
    {
        IReadOnlyList<string> protections = UnservedProtections.Find(node.Config);
        foreach (string protection in protections)
        {
            if (isUnprotectedAllowed)
            {
                log.Warn($"Starts unprotected: {protection}");
            }
            else
            {
                log.Error($"{protection}. Take it out, or go without it: --allow-unprotected");
            }
        }

        if (!node.Config.IsBroker || !node.Config.IsController)
        {
            string roles = string.Join(',', node.Config.Values.List("process.roles"));
            log.Error($"process.roles={roles}: only a node with both roles is served yet: broker,controller");
            return ExitCode.BadConfig;
        }

        return isUnprotectedAllowed || protections.Count == 0 ? ExitCode.Success : ExitCode.Unprotected;
    }

    private static ExitCode Run(NodeConfig node, LogLevels levels, LogArea log, long startedMs)
    {
        using StopRequest stop = new();
        stop.TakeSignals();
        using PosixSignalRegistration memory = MemorySignal.Answer(log);
        using Node broker = new(node, levels, stop);
        StartRefusal? refusal = broker.Start();
        if (refusal is not null)
        {
            log.Error($"{refusal.Problem}");
            return refusal.Code;
        }

        string addresses = string.Join(", ", broker.Addresses);
        string directories = string.Join(", ", node.LogDirectories);
        log.Info($"Millrace {VersionCommand.Version}: node {node.Config.NodeId} of cluster {broker.ClusterId}");
        log.Info($"listeners {addresses}; log.dirs {directories} with {broker.LogCount} logs");
        log.Info($"ready after {Clock.MonotonicMs - startedMs} ms");
        string? notifySocket = Environment.GetEnvironmentVariable("NOTIFY_SOCKET");
        log.Write(LogLevel.Warn, SystemdNotifier.Tell(SystemdNotifier.Ready, notifySocket));

        ExitCode code = stop.Wait();
        log.Info($"stopping; a second signal ends at once");
        log.Write(LogLevel.Warn, SystemdNotifier.Tell(SystemdNotifier.Stopping, notifySocket));
        bool isClean = broker.Stop();
        log.Write(LogLevel.Info, isClean ? "stopped cleanly" : "stopped, but not cleanly: see the lines before");
        return isClean || code != ExitCode.Success ? code : ExitCode.StorageFailed;
    }
}
