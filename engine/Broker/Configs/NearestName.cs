namespace Millrace.Broker;

/// <summary>Finds the name that somebody who mistyped one probably meant.</summary>
public static class NearestName
{
    /// <summary>The known name with the fewest edits, or null where none is near (a quarter of the letters).</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        string? nearest = null;
        var fewest = Math.Max(2, name.Length / 4) + 1;
        foreach (var one in known)
        {
            if (Math.Abs(one.Length - name.Length) >= fewest)
                continue;
            var edits = Edits(name, one);
            if (edits < fewest)
                (fewest, nearest) = (edits, one);
        }

        return nearest;
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that make one text of the other.</summary>
    public static int Edits(string from, string to)
    {
        var beforeLast = new int[to.Length + 1];
        var last = new int[to.Length + 1];
        var row = new int[to.Length + 1];
        for (var j = 0; j <= to.Length; j++)
            last[j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var replace = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                row[j] = Math.Min(replace, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }

            (beforeLast, last, row) = (last, row, beforeLast);
        }

        return last[to.Length];
    }
}
