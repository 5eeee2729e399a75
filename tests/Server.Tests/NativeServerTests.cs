namespace Millrace.Server.Tests;

/// <summary>The published binary as a process: start, refusals, and the stop.</summary>
[Trait("Kind", "native")]
public sealed class NativeServerTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-server-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeFact]
    public void A_first_start_formats_and_serves_and_a_signal_stops_it_cleanly()
    {
        using RunningServer server = new(folder);
        Assert.Contains(server.Lines, line => line.Contains("Formatted ", StringComparison.Ordinal));
        Assert.NotEmpty(server.Address);

        (int exitCode, string errors) = server.Stop();

        Assert.Equal(0, exitCode);
        Assert.Contains("stopped cleanly", errors, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, ".kafka_cleanshutdown")));
        Assert.False(File.Exists(Path.Combine(folder, ".lock")));
    }

    [NativeFact]
    public void A_second_broker_on_the_directory_is_told_who_has_it()
    {
        using RunningServer first = new(folder);
        ProgramRun second = ProgramRun.Of(
            NativeBinary.Path, "server", "--set", $"log.dirs={folder}", "--set", "listeners=PLAINTEXT://127.0.0.1:0");

        Assert.Equal((int)ExitCode.DirectoryLocked, second.ExitCode);
        Assert.Contains($"is in use by process {first.Id} (millrace)", second.Errors, StringComparison.Ordinal);
        Assert.Equal(0, first.Stop().ExitCode);
    }

    [NativeFact]
    public void A_port_that_is_taken_ends_the_start_with_a_code_of_its_own()
    {
        using RunningServer first = new(Path.Combine(folder, "first"));
        ProgramRun second = ProgramRun.Of(
            NativeBinary.Path,
            "server",
            "--set",
            $"log.dirs={Path.Combine(folder, "second")}",
            "--set",
            $"listeners=PLAINTEXT://{first.Address}");

        Assert.Equal((int)ExitCode.ListenerFailed, second.ExitCode);
        Assert.Equal(0, first.Stop().ExitCode);
    }

    [NativeFact]
    public void What_protects_and_is_not_served_refuses_the_start_unless_told_otherwise()
    {
        string[] guard = ["--set", "authorizer.class.name=example.Guard"];
        ProgramRun refused = ProgramRun.Of(NativeBinary.Path, ["server", "--set", $"log.dirs={folder}", .. guard]);
        Assert.Equal((int)ExitCode.Unprotected, refused.ExitCode);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));

        using RunningServer server = new(folder, ["--allow-unprotected", .. guard]);
        Assert.Contains(server.Lines, line => line.Contains("Starts unprotected: ", StringComparison.Ordinal));
        Assert.Equal(0, server.Stop().ExitCode);
    }
}
