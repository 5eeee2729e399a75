using System.Globalization;

namespace Millrace.Broker;

/// <summary>
/// A config's value, read from its text by the rules of Kafka's ConfigDef: trimmed, lists split at commas and without
/// duplicates, booleans in any case, numbers within their type. Immutable; any thread.
/// </summary>
public readonly struct ConfigValue
{
    private readonly long whole;
    private readonly double fraction;

    private ConfigValue(ConfigType type, long whole, double fraction, string? text, string[] items)
    {
        Type = type;
        this.whole = whole;
        this.fraction = fraction;
        Text = text;
        Items = items;
    }

    public ConfigType Type { get; }

    /// <summary>The value of a boolean.</summary>
    public bool Boolean => whole != 0;

    /// <summary>The value of an int, short or long.</summary>
    public long Long => whole;

    /// <summary>The value of an int or short.</summary>
    public int Int => (int)whole;

    /// <summary>The value of a number of any type.</summary>
    public double Number => Type == ConfigType.Double ? fraction : whole;

    /// <summary>The value of a string, class or password; null for all others, and where unset.</summary>
    public string? Text { get; }

    /// <summary>The entries of a list, empty for all others.</summary>
    public string[] Items { get; }

    /// <summary>True where nothing is set and the default is null.</summary>
    public bool IsNull => Type == ConfigType.Unknown;

    /// <summary>The value of a config that is unset and has no default.</summary>
    public static ConfigValue Null { get; } = new(ConfigType.Unknown, 0, 0, null, []);

    /// <summary>Reads and validates a text.</summary>
    /// <param name="definition">The config.</param>
    /// <param name="text">As written; null stands for unset.</param>
    /// <param name="value">The value, <see cref="Null"/> on failure.</param>
    /// <returns>Null where all is well, else Kafka's message, which names key, value and reason.</returns>
    public static string? Read(ConfigDefinition definition, string? text, out ConfigValue value)
    {
        value = Null;
        if (text == null)
        {
            return definition.DefaultText == null && !definition.IsRequired
                ? null
                : ConfigRule.Invalid(definition.Name, "null", "entry must not be null");
        }

        // Kafka's ConfigDef trims before it looks; passwords and classes as well.
        var trimmed = text.Trim();
        var error = Parse(definition, trimmed, out var parsed)
            ?? definition.Rule?.Check(definition.Name, trimmed, parsed);
        if (error == null)
            value = parsed;
        return error;
    }

    /// <summary>
    /// Reads a text that was accepted before, by this or an older version: rules that came later do not count against
    /// it,
    /// and what cannot be read at all gives way to the default.
    /// </summary>
    public static ConfigValue ReadStored(ConfigDefinition definition, string? text)
    {
        if (text != null && Parse(definition, text.Trim(), out var value) == null)
            return value;
        return definition.DefaultText != null && Parse(definition, definition.DefaultText, out value) == null
            ? value
            : Null;
    }

    /// <summary>The value in its normal form, as DescribeConfigs answers it; null where unset.</summary>
    public string? Render() => Type switch
    {
        ConfigType.Boolean => Boolean ? "true" : "false",
        ConfigType.Int or ConfigType.Short or ConfigType.Long => whole.ToString(CultureInfo.InvariantCulture),
        ConfigType.Double => JavaDouble.Render(fraction),
        ConfigType.List => string.Join(",", Items),
        _ => Text,
    };

    private static string? Parse(ConfigDefinition definition, string text, out ConfigValue value)
    {
        value = Null;
        switch (definition.Type)
        {
            case ConfigType.Boolean:
                if (text.Equals("true", StringComparison.OrdinalIgnoreCase))
                    value = new ConfigValue(ConfigType.Boolean, 1, 0, null, []);
                else if (text.Equals("false", StringComparison.OrdinalIgnoreCase))
                    value = new ConfigValue(ConfigType.Boolean, 0, 0, null, []);
                else
                    return ConfigRule.Invalid(definition.Name, text, "Expected value to be either true or false");
                return null;
            case ConfigType.Int:
                return ParseWhole(definition, text, int.MinValue, int.MaxValue, "INT", out value);
            case ConfigType.Short:
                return ParseWhole(definition, text, short.MinValue, short.MaxValue, "SHORT", out value);
            case ConfigType.Long:
                return ParseWhole(definition, text, long.MinValue, long.MaxValue, "LONG", out value);
            case ConfigType.Double:
                const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint
                    | NumberStyles.AllowExponent;
                if (!double.TryParse(text, style, CultureInfo.InvariantCulture, out var number))
                    return ConfigRule.Invalid(definition.Name, text, "Not a number of type DOUBLE");
                value = new ConfigValue(ConfigType.Double, 0, number, null, []);
                return null;
            case ConfigType.List:
                value = new ConfigValue(ConfigType.List, 0, 0, null, SplitList(text));
                return null;
            default:
                value = new ConfigValue(definition.Type, 0, 0, text, []);
                return null;
        }
    }

    private static string? ParseWhole(
        ConfigDefinition definition, string text, long lowest, long highest, string type, out ConfigValue value)
    {
        value = Null;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            || number < lowest
            || number > highest)
            return ConfigRule.Invalid(definition.Name, text, $"Not a number of type {type}");
        value = new ConfigValue(definition.Type, number, 0, null, []);
        return null;
    }

    /// <summary>
    /// Entries between commas, trimmed; of equal ones the first stays. An empty text is an empty list.
    /// </summary>
    private static string[] SplitList(string text)
    {
        if (text.Length == 0)
            return [];
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var kept = new List<string>(parts.Length);
        foreach (var part in parts)
        {
            if (!kept.Contains(part))
                kept.Add(part);
        }

        return [.. kept];
    }
}
