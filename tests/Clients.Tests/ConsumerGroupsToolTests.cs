using System.Text.RegularExpressions;

namespace Millrace.Clients.Tests;

/// <summary>
/// <c>kafka-console-consumer --group</c> and <c>kafka-consumer-groups</c>: each command's output is what it is on
/// Apache Kafka 4.4.0, where the same commands were run, but for the width of columns.
/// </summary>
[Trait("Kind", "clients")]
public sealed partial class ConsumerGroupsToolTests(ServedBroker broker) : IClassFixture<ServedBroker>
{
    private const string Offsets = "GROUP TOPIC PARTITION NEW-OFFSET";
    private const string Lag = "GROUP TOPIC PARTITION CURRENT-OFFSET LOG-END-OFFSET LAG CONSUMER-ID HOST CLIENT-ID";

    [JavaFact]
    public void Every_command_answers_as_on_kafka()
    {
        Tool(null, "kafka-topics", "--create", "--topic", "bills", "--partitions", "1").MustEndWell();
        string lines = string.Join('\n', Enumerable.Range(1, 50)) + "\n";
        Tool(lines, "kafka-console-producer", "--topic", "bills").MustEndWell();
        ProgramRun consumed = Tool(
            null, "kafka-console-consumer", "--topic", "bills", "--group", "g", "--from-beginning", "--max-messages",
            "30").MustEndWell();
        Assert.Equal(Enumerable.Range(1, 30).Select(number => $"{number}"), consumed.Output.TrimEnd('\n').Split('\n'));

        Says(["g"], "--list");
        Says(["GROUP STATE", "g Empty"], "--list", "--state");
        Says(["GROUP TYPE", "g Classic"], "--list", "--type");
        Says([Lag, "g bills 0 30 50 20 - - -"], "--describe", "--group", "g");
        Says(
            [
                "GROUP COORDINATOR (ID) ASSIGNMENT-STRATEGY STATE #MEMBERS",
                $"g {broker.Address} (1) - Empty 0",
            ],
            "--describe", "--group", "g", "--state");
        Resets("g bills 0 0", "--to-earliest", "--dry-run");
        Resets("g bills 0 50", "--to-latest", "--execute");
        Resets("g bills 0 7", "--to-offset", "7", "--execute");
        Resets("g bills 0 12", "--shift-by", "5", "--execute");
        Resets("g bills 0 0", "--to-datetime", "2020-01-01T00:00:00.000", "--execute");
        Resets("g bills 0 0", "--by-duration", "PT1H", "--execute");
        Says(
            [
                "Request succeeded for deleting offsets from group g.", "TOPIC PARTITION STATUS", "bills 0 Successful",
                "none - Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: "
                    + "This server does not host this topic-partition.",
            ],
            "--delete-offsets", "--group", "g", "--topic", "bills", "--topic", "none");
        Says(
            [
                "Error: Deletion of some consumer groups failed:",
                "* Group 'nobody' could not be deleted due to: "
                    + "org.apache.kafka.common.errors.GroupIdNotFoundException: The group id does not exist.",
                "These consumer groups were deleted successfully: 'g'",
            ],
            "--delete", "--group", "g", "--group", "nobody");
        Says([], "--list");
    }

    private void Resets(string line, params string[] how) =>
        Says([Offsets, line], ["--group", "g", "--reset-offsets", "--topic", "bills", .. how]);

    private void Says(string[] lines, params string[] command)
    {
        ProgramRun run = Tool(null, "kafka-consumer-groups", command);
        Assert.Equal(
            lines,
            run.Output.Split('\n').Select(line => Spaces().Replace(line, " ").Trim()).Where(line => line.Length > 0));
    }

    private ProgramRun Tool(string? input, string name, params string[] arguments) => ProgramRun.Of(
        new System.Diagnostics.ProcessStartInfo(
            "bash",
            [
                Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool"), name, "--bootstrap-server",
                broker.Address, .. arguments,
            ]),
        input);

    [GeneratedRegex(" +")]
    private static partial Regex Spaces();
}
