namespace Millrace.Server.Tests;

/// <summary>
/// The native binary prints what the same code prints under the just-in-time compiler. That is more than one command:
/// the generated codec, the JSON, all four compression libraries as they are linked in, and the file system run there.
/// </summary>
[Trait("Kind", "native")]
public sealed class NativeDumpTests
{
    [NativeTheory]
    [InlineData("v2", "--print-data-log", 0)]
    [InlineData("control", "--print-data-log", 0)]
    [InlineData("legacy", "--print-data-log", 0)]
    [InlineData("corrupt", "--deep-iteration", (int)ExitCode.DamagedFile)] // the values of bombs are 200 MB of text
    public void Golden_records_of_every_codec_read_as_under_the_JIT(string goldenFolder, string option, int exitCode)
    {
        using DumpFolder folder = new();
        string[] arguments = ["dump", option, .. folder.AddGoldenRecords(goldenFolder)];

        ProgramRun expected = InProcess.Run(arguments);
        ProgramRun native = ProgramRun.Of(NativeBinary.Path, arguments);

        Assert.Equal(exitCode, native.ExitCode);
        Assert.Equal(expected.ExitCode, native.ExitCode);
        Assert.Equal(expected.Output, native.Output);
        Assert.Equal(expected.Errors, native.Errors);
    }

    [NativeFact]
    public void Version_says_that_the_binary_is_native()
    {
        ProgramRun run = ProgramRun.Of(NativeBinary.Path, "version");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\nnative, .NET ", run.Output, StringComparison.Ordinal);
    }

    [NativeFact]
    public void An_unknown_word_ends_with_the_exit_code_of_usage()
    {
        ProgramRun run = ProgramRun.Of(NativeBinary.Path, "brew");

        Assert.Equal((int)ExitCode.Usage, run.ExitCode);
        Assert.Contains("brew", run.Errors, StringComparison.Ordinal);
    }
}
