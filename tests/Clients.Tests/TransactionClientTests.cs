using System.Diagnostics;
using Xunit.Abstractions;

namespace Millrace.Clients.Tests;

/// <summary>Transactions of every client that has them, in both protocols, and what is built on them.</summary>
[Trait("Kind", "clients")]
public sealed class TransactionClientTests(ServedBroker broker, ITestOutputHelper log) : IClassFixture<ServedBroker>
{
    [PythonTheory]
    [InlineData("newest", "confluent/transactions.py")]
    public void Every_check_of_the_program_passes(string environment, string program) =>
        new ClientRun(broker, log).MustPass(
            $"{environment} {program}", ClientKit.Python(environment, program, broker.Address, []));

    [GoTheory]
    [InlineData("confluentgo", "txn")]
    public void The_check_passes(string program, string check) =>
        new ClientRun(broker, log).MustPass($"{program} {check}", ClientKit.Go(program, check, broker.Address));

    /// <summary>Up to 3.9.1 clients speak the first protocol; newer ones the second.</summary>
    [JavaTheory]
    [InlineData("2.8.2")]
    [InlineData("3.9.1")]
    [InlineData("4.4.0")]
    public void A_banks_books_are_right_whoever_dies(string version) => new ClientRun(broker, log).MustPass(
        $"EosBank {version}", ClientKit.Java("EosBank", version, broker.Address, ["--seconds", "12"]));

    [JavaFact]
    public void Words_are_counted_exactly_once() => new ClientRun(broker, log).MustPass(
        "StreamsWordCount 4.3.1",
        ClientKit.Java("StreamsWordCount", "4.3.1", broker.Address, ["--lines", "1000"]));

    [JavaTheory]
    [InlineData("2.8.2", 71)]
    [InlineData("4.4.0", 72)]
    public void A_banks_books_are_right_when_the_broker_is_killed_too(string version, int seed)
    {
        string folder = Directory.CreateTempSubdirectory("millrace-bank-").FullName;
        RunningServer server = new(folder, BrokerSettings.AsArguments);
        try
        {
            string address = server.Address;
            string[] again = ["--set", $"listeners=PLAINTEXT://{address}", .. BrokerSettings.AsArguments];
            ProcessStartInfo bank = ClientKit.Java(
                "EosBank", version, address, ["--seconds", "20", "--seed", $"{seed}"]);
            Task<ProgramRun> run = Task.Factory.StartNew(() => ProgramRun.Of(bank), TaskCreationOptions.LongRunning);
            for (int kill = 0; kill < 2; kill++)
            {
                // Some seconds under load, and a moment in which nobody answers; where exactly it hits is all the same.
                run.Wait(TimeSpan.FromSeconds(8));
                server.Kill();
                server.Dispose();
                server = new RunningServer(folder, again);
            }

            ProgramRun ended = run.GetAwaiter().GetResult();
            log.WriteLine(ended.Output);
            Assert.True(ended.ExitCode == 0, $"{ended.Output}\n{ended.Errors}\n--- the broker\n{server.Log}");
        }
        finally
        {
            server.Dispose();
            Directory.Delete(folder, recursive: true);
        }
    }
}
