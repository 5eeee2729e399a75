namespace Millrace.Server.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Version_says_what_the_binary_is_and_what_it_was_compiled_for()
    {
        (int exitCode, string output, string errors) = InProcess.Run("version");

        Assert.Equal(0, exitCode);
        Assert.Empty(errors);
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Matches(@"^millrace \d+\.\d+\.\d+", lines[0]);
        Assert.StartsWith("just-in-time compiled, .NET ", lines[1], StringComparison.Ordinal);
        Assert.Matches("^AVX2 (used|not used)$", lines[2]);
    }

    [Fact]
    public void Help_lists_every_subcommand()
    {
        (int exitCode, string output, _) = InProcess.Run("--help");

        Assert.Equal(0, exitCode);
        Assert.All(
            CommandLine.Create().Subcommands,
            command => Assert.Contains($"  {command.Name} ", output, StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_word_is_an_error_that_names_it()
    {
        (int exitCode, _, string errors) = InProcess.Run("brew");

        Assert.Equal((int)ExitCode.Usage, exitCode);
        Assert.Contains("brew", errors, StringComparison.Ordinal);
    }
}
