using System.Text;

namespace Millrace.Clients.Tests;

/// <summary>Holds two transcripts of the same commands against each other, command by command.</summary>
internal static class TranscriptComparison
{
    private const string CommandMark = "$ ";

    /// <summary>
    /// For each command with different words, the lines that only one side has: Kafka's with a minus, ours with a
    /// plus. Empty where all is the same.
    /// </summary>
    public static string Of(string kafkas, string ours)
    {
        StringBuilder differences = new();
        List<string[]> expected = Commands(kafkas);
        List<string[]> actual = Commands(ours);
        for (int index = 0; index < Math.Max(expected.Count, actual.Count); index++)
        {
            string[] left = index < expected.Count ? expected[index] : [];
            string[] right = index < actual.Count ? actual[index] : [];
            if (left.SequenceEqual(right))
            {
                continue;
            }

            differences.AppendLine(left.Concat(right).First());
            AppendMissing(differences, '-', left, right);
            AppendMissing(differences, '+', right, left);
        }

        return differences.ToString();
    }

    private static void AppendMissing(StringBuilder differences, char mark, string[] here, string[] there)
    {
        List<string> unmatched = [.. there];
        foreach (string line in here.Where(line => !unmatched.Remove(line)))
        {
            differences.Append(mark).Append(' ').AppendLine(line);
        }
    }

    private static List<string[]> Commands(string transcript) =>
    [
        .. transcript
            .Split($"\n{CommandMark}")
            .Select(command => command.Split('\n')),
    ];
}
