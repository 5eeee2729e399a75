namespace Millrace.Cluster;

/// <summary>Kafka's rules for names of topics.</summary>
public static class TopicName
{
    /// <summary>
    /// Longest name in characters: with a partition and a suffix it stays below 255, a file name's bound.
    /// </summary>
    public const int LengthMax = 249;

    /// <summary>The metadata log, which no client may create.</summary>
    public const string ClusterMetadata = "__cluster_metadata";

    private static readonly HashSet<string> Internal = new(StringComparer.Ordinal)
    {
        "__consumer_offsets",
        "__transaction_state",
        "__share_group_state",
    };

    /// <summary>Whether a topic belongs to the brokers themselves.</summary>
    public static bool IsInternal(string name) => Internal.Contains(name);

    /// <summary>Null where a topic may have this name, otherwise what is wrong, as Kafka says it.</summary>
    public static string? WhyInvalid(string name)
    {
        string? why = name switch
        {
            "" => "the empty string is not allowed",
            "." or ".." => $"'{name}' is not allowed",
            { Length: > LengthMax } => $"the length of '{name}' is longer than the max allowed length {LengthMax}",
            _ when !HasOnlyLegalCharacters(name) =>
                $"'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'",
            _ => null,
        };
        return why is null ? null : $"Topic name is invalid: {why}";
    }

    /// <summary>Whether the name has a dot or an underscore, which metrics cannot tell apart.</summary>
    public static bool HasCollisionCharacters(string name) => name.AsSpan().IndexOfAny('.', '_') >= 0;

    /// <summary>The form that two names share when metrics could not tell them apart.</summary>
    public static string Unify(string name) => name.Replace('.', '_');

    private static bool HasOnlyLegalCharacters(string name)
    {
        foreach (char letter in name)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }
}
