using System.CommandLine;
using Millrace.Loadgen.Floors;
using Millrace.Loadgen.Report;
using Millrace.Loadgen.Suite;

namespace Millrace.Loadgen;

/// <summary>All that <c>loadgen</c> understands. Each subcommand is one file.</summary>
internal static class CommandLine
{
    public static RootCommand Create() =>
        new("loadgen: loads a Kafka-compatible broker on a schedule, and measures what it does.")
        {
            WorkloadCommands.CreateProduce(),
            WorkloadCommands.CreateConsume(),
            WorkloadCommands.CreateEndToEnd(),
            CoordinatorCommands.CreateTransactions(),
            CoordinatorCommands.CreateGroups(),
            CoordinatorCommands.CreateConnections(),
            WorkloadCommands.CreateMixed(),
            ReplayCommand.Create(),
            MaxCommand.Create(),
            PresetCommand.Create(),
            OpenMessagingCommand.Create(),
            VersionCommand.Create(),
            CompareCommand.Create(),
            ReportCommand.Create(),
            FloorCommand.Create(),
            SuiteCommand.Create(),
        };
}
