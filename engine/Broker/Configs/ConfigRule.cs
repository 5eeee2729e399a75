using System.Globalization;
using System.Text;

namespace Millrace.Broker;

/// <summary>
/// What values a config allows besides its type. Each kind's <see cref="Text"/> is the form in which Kafka prints its
/// own
/// validators, so that documentation and facts compare as strings. Immutable; any thread.
/// </summary>
public sealed class ConfigRule
{
    private enum Kind : byte
    {
        Range,
        GzipLevel,
        OneOf,
        OneOfAnyCase,
        List,
        Opaque,
        NonNullText,
        NonEmptyText,
        ThrottledReplicas,
        OffsetReset,
    }

    private readonly Kind kind;
    private readonly double lowest;
    private readonly double highest;
    private readonly string[] allowed;
    private readonly bool mayBeEmpty;

    private ConfigRule(Kind kind, string text, double lowest, double highest, string[] allowed, bool mayBeEmpty)
    {
        this.kind = kind;
        this.lowest = lowest;
        this.highest = highest;
        this.allowed = allowed;
        this.mayBeEmpty = mayBeEmpty;
        Text = text;
    }

    /// <summary>gzip's levels, and -1 for the library's default.</summary>
    public static ConfigRule GzipLevel { get; } = new(Kind.GzipLevel, "[1,...,9] or -1", 1, 9, [], false);

    /// <summary>Any text, but not null; empty is a value.</summary>
    public static ConfigRule NonNullText { get; } = new(Kind.NonNullText, "non-null string", 0, 0, [], true);

    /// <summary>A text of at least one character, where one is given.</summary>
    public static ConfigRule NonEmptyText { get; } = new(Kind.NonEmptyText, "non-empty string", 0, 0, [], false);

    /// <summary>
    /// Lists that a cross-check of their own parses (quorum voters and bootstrap servers). Empty passes, as their
    /// default is.
    /// </summary>
    public static ConfigRule ParsedElsewhere { get; } = new(Kind.Opaque, "non-empty list", 0, 0, [], true);

    /// <summary><c>*</c> or partition:broker pairs.</summary>
    public static ConfigRule ThrottledReplicas { get; } = new(
        Kind.ThrottledReplicas, "[partitionId]:[brokerId],[partitionId]:[brokerId],...", 0, 0, [], true);

    /// <summary>Where a share group starts on a partition without state.</summary>
    public static ConfigRule OffsetReset { get; } = new(
        Kind.OffsetReset, "[latest, earliest, by_duration:PnDTnHnMn.nS]", 0, 0, [], false);

    /// <summary>Kafka's description of the rule.</summary>
    public string Text { get; }

    /// <summary>True where a list may be left unset.</summary>
    public bool MayBeNull { get; private init; }

    public static ConfigRule AtLeast(double lowest) =>
        new(Kind.Range, $"[{Number(lowest)},...]", lowest, double.PositiveInfinity, [], false);

    public static ConfigRule Between(double lowest, double highest) =>
        new(Kind.Range, $"[{Number(lowest)},...,{Number(highest)}]", lowest, highest, [], false);

    public static ConfigRule OneOf(params string[] allowed) =>
        new(Kind.OneOf, $"[{string.Join(", ", allowed)}]", 0, 0, allowed, false);

    public static ConfigRule OneOfAnyCase(params string[] allowed) =>
        new(Kind.OneOfAnyCase, $"(case insensitive) [{string.Join(", ", allowed)}]", 0, 0, allowed, false);

    /// <summary>A list; duplicates are dropped. With names, only those may stand in it.</summary>
    public static ConfigRule ListOf(bool mayBeEmpty, bool mayBeNull, params string[] allowed)
    {
        var text = new StringBuilder();
        if (allowed.Length > 0)
            text.Append('[').AppendJoin(", ", allowed).Append("] ");
        text.Append("list without duplicates").Append(mayBeEmpty ? ", may be empty" : ", not empty");
        if (mayBeNull)
            text.Append(", may be null");
        return new ConfigRule(Kind.List, text.ToString(), 0, 0, allowed, mayBeEmpty) { MayBeNull = mayBeNull };
    }

    /// <summary>Checks a value that has the right type.</summary>
    /// <returns>Null where it passes, else Kafka's message for the client.</returns>
    internal string? Check(string name, string text, in ConfigValue value) => kind switch
    {
        Kind.Range => CheckRange(name, value),
        Kind.GzipLevel => value.Number == -1 || (value.Number >= lowest && value.Number <= highest)
            ? null
            : Invalid(name, value.Render(), "Value must be between 1 and 9 or equal to -1"),
        Kind.OneOf => Array.IndexOf(allowed, value.Text) >= 0
            ? null
            : Invalid(name, value.Text, $"String must be one of: {string.Join(", ", allowed)}"),
        Kind.OneOfAnyCase => IsAllowedAnyCase(value.Text)
            ? null
            : Invalid(name, value.Text, $"String must be one of (case insensitive): {string.Join(", ", allowed)}"),
        Kind.List => CheckList(name, value.Items),
        Kind.NonEmptyText => value.Text is { Length: 0 } ? Invalid(name, text, "String must be non-empty") : null,
        Kind.ThrottledReplicas => AreThrottledReplicas(value.Items)
            ? null
            : Invalid(name, $"[{string.Join(", ", value.Items)}]", $"{name} must be the literal '*' or a list of " +
                "replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],..."),
        Kind.OffsetReset => IsOffsetReset(value.Text)
            ? null
            : Invalid(name, value.Text, $"Invalid value `{value.Text}` for configuration {name}. The value must be " +
                "either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."),
        _ => null,
    };

    internal static string Invalid(string name, string? value, string reason) =>
        $"Invalid value {value} for configuration {name}: {reason}";

    private string? CheckRange(string name, in ConfigValue value)
    {
        if (value.Number < lowest)
            return Invalid(name, value.Render(), $"Value must be at least {Number(lowest)}");
        return value.Number > highest
            ? Invalid(name, value.Render(), $"Value must be no more than {Number(highest)}")
            : null;
    }

    private string? CheckList(string name, string[] items)
    {
        if (items.Length == 0)
        {
            return mayBeEmpty
                ? null
                : $"Configuration '{name}' must not be empty. Valid values include: " +
                    (allowed.Length == 0 ? "any non-empty value" : $"[{string.Join(", ", allowed)}]");
        }

        foreach (var item in items)
        {
            if (item.Length == 0)
                return $"Configuration '{name}' values must not be empty.";
            if (allowed.Length > 0 && Array.IndexOf(allowed, item) < 0)
                return Invalid(name, item, $"String must be one of: {string.Join(", ", allowed)}");
        }

        return null;
    }

    private bool IsAllowedAnyCase(string? text)
    {
        foreach (var one in allowed)
        {
            if (one.Equals(text, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static bool AreThrottledReplicas(string[] items)
    {
        if (items is ["*"])
            return true;
        foreach (var item in items)
        {
            var colon = item.IndexOf(':');
            if (colon <= 0 || !IsDigits(item.AsSpan(0, colon)) || !IsDigits(item.AsSpan(colon + 1)))
                return false;
        }

        return true;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) =>
        text.Length > 0 && !text.ContainsAnyExceptInRange('0', '9');

    private static bool IsOffsetReset(string? text)
    {
        const string byDuration = "by_duration:";
        if (text is "latest" or "earliest")
            return true;
        return text != null
            && text.StartsWith(byDuration, StringComparison.Ordinal)
            && IsoDuration.TryParseMs(text.AsSpan(byDuration.Length), out var ms)
            && ms >= 0;
    }

    private static string Number(double value) => value.ToString("0.################", CultureInfo.InvariantCulture);
}
