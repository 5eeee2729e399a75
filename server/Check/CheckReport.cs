namespace Millrace.Server;

/// <summary>The lines of <c>millrace check</c>, and what they come to.</summary>
internal sealed class CheckReport(TextWriter output)
{
    /// <summary>The code with which a start would end; success where it would not.</summary>
    public ExitCode Outcome { get; private set; }

    /// <summary>Things that a start would pass over, but somebody should look at.</summary>
    public int Warnings { get; private set; }

    public void Ok(string line) => output.WriteLine($"ok    {line}");

    public void Warn(string line)
    {
        output.WriteLine($"warn  {line}");
        Warnings++;
    }

    /// <summary>Something that a start would end with.</summary>
    public void Fail(ExitCode code, string line)
    {
        output.WriteLine($"FAIL  {line}");
        Outcome = Outcome == ExitCode.Success ? code : Outcome;
    }
}
