using System.CommandLine;

namespace Millrace.Server;

/// <summary>All that <c>millrace</c> understands. Each subcommand is one file.</summary>
internal static class CommandLine
{
    public static RootCommand Create() =>
        new("Millrace: a Kafka broker in one native binary.")
        {
            ServerCommand.Create(),
            CheckCommand.Create(),
            FormatCommand.Create(),
            VersionCommand.Create(),
            DumpCommand.Create(),
        };
}
