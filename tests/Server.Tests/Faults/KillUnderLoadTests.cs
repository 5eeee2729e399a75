using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace Millrace.Server.Tests.Faults;

/// <summary>
/// SIGKILL under load, again and again: a process that ends so loses nothing that it has acknowledged, in any mode, as
/// the kernel has it. Judged by a checker with Kafka's own clients, which goes on through all of it.
/// </summary>
[Trait("Kind", "native")]
[Collection(AloneInTheMachine.Name)]
public sealed class KillUnderLoadTests(ITestOutputHelper output) : IDisposable
{
    private const int RoundsDefault = 3;
    private const int SecondsUpMin = 2;
    private const int SecondsUpMore = 4;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeBesideKafkaTheory]
    [InlineData("log.segment.bytes=1048576")]
    [InlineData("millrace.flush.before.ack=true")]
    public void What_was_acknowledged_is_there_once_and_unchanged_after_every_kill(string config)
    {
        int seed = FromEnvironment("MILLRACE_SEED", 20261121);
        int rounds = FromEnvironment("MILLRACE_KILLS", RoundsDefault);
        output.WriteLine($"MILLRACE_SEED={seed} MILLRACE_KILLS={rounds}");
        Random random = new(seed);
        string journal = Path.Combine(folder, "journal");
        RunningServer server = new(Path.Combine(folder, "data"), "--set", config);
        try
        {
            string address = server.Address;
            string[] again = ["--set", $"listeners=PLAINTEXT://{address}", "--set", config];
            int seconds = (rounds * (SecondsUpMin + SecondsUpMore)) + SecondsUpMore;
            using Process checker = KafkaMaterial.StartJavaKit(
                "LogChecker", "run", "--bootstrap", address, "--journal", journal, "--topic", "checked", "--seconds",
                $"{seconds}", "--rate", "2000", "--producers", "3", "--consumers", "2");
            Task<string> said = checker.StandardOutput.ReadToEndAsync();
            Task<string> complained = checker.StandardError.ReadToEndAsync();
            for (int round = 0; round < rounds && !checker.HasExited; round++)
            {
                checker.WaitForExit(TimeSpan.FromSeconds(SecondsUpMin + (random.NextDouble() * SecondsUpMore)));
                server.Kill();
                server.Dispose();
                server = new RunningServer(Path.Combine(folder, "data"), again);
                Assert.True(server.Address.Length > 0, server.Log);
            }

            checker.WaitForExit();
            output.WriteLine(said.Result.TrimEnd().Split('\n')[^1]);
            Assert.True(checker.ExitCode == 0, $"exit {checker.ExitCode}\n{said.Result}\n{complained.Result}");
            AssertNoFault(server);
            Assert.Equal(0, server.Stop().ExitCode);
        }
        finally
        {
            server.Dispose();
        }
    }

    private static void AssertNoFault(RunningServer server) =>
        Assert.DoesNotContain("ERROR", server.Log, StringComparison.Ordinal);

    private static int FromEnvironment(string name, int orElse) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out int given)
            ? given
            : orElse;
}
