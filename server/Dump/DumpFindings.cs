using System.Collections;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>What a dump found beside the content, line by line, in order.</summary>
internal sealed class DumpFindings : IEnumerable<string>
{
    /// <summary>
    /// Lines that are kept: of a damaged index of 10 MB every entry would be one, and nobody reads a million.
    /// </summary>
    private const int LinesMax = 10_000;

    private readonly List<string> lines = [];
    private string lastTopic = "";

    /// <summary>Whether anything was said that is damage.</summary>
    public bool AnyDamage { get; private set; }

    public void Add(string line)
    {
        if (lines.Count < LinesMax)
        {
            lines.Add(line);
        }
        else if (lines.Count == LinesMax)
        {
            lines.Add("There is more, which is not shown.");
        }
    }

    /// <summary>Adds a line under its topic, which is said once for the lines in a row.</summary>
    public void AddUnder(string topic, string line, bool isDamage)
    {
        if (topic != lastTopic)
        {
            lastTopic = topic;
            Add(topic);
        }

        Add(line);
        AnyDamage |= isDamage;
    }

    /// <summary>Says that a file cannot be used.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">A clause about "it".</param>
    public void AddDamage(string path, string what)
    {
        Add($"{path}: {what}");
        AnyDamage = true;
    }

    /// <summary>Says why a file could not be read.</summary>
    public void AddUnreadable(string path, IoError error) => AddDamage(path, error switch
    {
        IoError.NotFound => "there is no such file",
        _ => $"it cannot be read ({error})",
    });

    public IEnumerator<string> GetEnumerator() => lines.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
