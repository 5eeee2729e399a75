using System.CommandLine;

namespace Millrace.Loadgen.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Version_is_said_in_two_lines()
    {
        StringWriter output = new();
        int code = CommandLine.Create().Parse("version").Invoke(new InvocationConfiguration { Output = output });
        Assert.Equal((int)ExitCode.Success, code);
        string[] lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("loadgen 0.", lines[0]);
    }

    [Fact]
    public void An_unknown_subcommand_is_a_usage_error()
    {
        StringWriter errors = new();
        InvocationConfiguration configuration = new() { Error = errors, Output = TextWriter.Null };
        Assert.Equal((int)ExitCode.Usage, CommandLine.Create().Parse("no-such-thing").Invoke(configuration));
        Assert.Contains("no-such-thing", errors.ToString());
    }
}
