using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Millrace.Broker;

namespace Millrace.Server;

/// <summary>
/// <c>millrace check</c>: says what a start would do and what it would meet, and changes nothing. Its exit code is the
/// one with which the start would end.
/// </summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Command command = new(
            "check",
            "Say what a start with these configs would do: configs, ports, directories, limits. Nothing is changed.\n\n"
            + "Examples:\n"
            + "  millrace check\n"
            + "  millrace check --config server.properties --set log.dirs=/data");
        ConfigSource source = new();
        source.AddTo(command);
        command.SetAction(parsed =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            ExitCode code = source.Read(parsed, parsed.InvocationConfiguration.Error, out NodeConfig? node);
            return (int)(node is null ? code : Check(node, output));
        });
        return command;
    }

    private static ExitCode Check(NodeConfig node, TextWriter output)
    {
        CheckReport report = new(output);
        output.WriteLine($"millrace {VersionCommand.Version}");
        CheckConfig(node, report);
        foreach (ListenerEndpoint listener in node.Config.BrokerListeners.Concat(node.Config.ControllerListeners))
        {
            CheckListener(listener, report);
        }

        DirectoryCheck directories = new(node, report);
        foreach (string directory in node.AllDirectories)
        {
            directories.Check(directory);
        }

        if (report.Outcome is ExitCode.Success or ExitCode.Unprotected)
        {
            MetadataCheck.Run(node, report);
        }

        MachineCheck.Run(report);
        output.WriteLine(report.Outcome == ExitCode.Success
            ? $"A start would go on, with {report.Warnings} warnings."
            : $"A start would end with exit code {(int)report.Outcome} ({report.Outcome}).");
        return report.Outcome;
    }

    private static void CheckConfig(NodeConfig node, CheckReport report)
    {
        ServerConfig config = node.Config;
        string roles = string.Join(" and ", config.Values.List("process.roles"));
        report.Ok($"configs: {node.File ?? "no file, the defaults"}; node {config.NodeId}, {roles}");
        foreach (string warning in node.Warnings)
        {
            report.Warn(warning);
        }

        foreach (string protection in UnservedProtections.Find(config))
        {
            report.Fail(ExitCode.Unprotected, $"{protection}; --allow-unprotected would start all the same");
        }
    }

    private static void CheckListener(ListenerEndpoint listener, CheckReport report)
    {
        if (!ListenerAddress.TryResolve(listener.Host, out IPAddress? address))
        {
            report.Fail(
                ExitCode.ListenerFailed,
                $"listeners={listener}: the name {listener.Host} has no address here; use an address of this machine, "
                + "or leave the host out for all of them");
            return;
        }

        using Socket socket = address is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp)
            : new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As a start binds: old connections in TIME_WAIT are no hindrance, another listener is.
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(address ?? IPAddress.IPv6Any, listener.Port));
            socket.Listen();
            report.Ok($"listeners={listener}: free");
        }
        catch (SocketException failure)
        {
            report.Fail(ExitCode.ListenerFailed, $"listeners={listener}: {failure.Message}");
        }
    }
}
