namespace Millrace.Broker;

/// <summary>
/// One value for every config of a table, read and validated: what is set, else the default. Immutable; any thread.
/// The getters throw on a name that is not in the table or has another type: that is our own mistake.
/// </summary>
public sealed class ConfigValues
{
    private readonly Dictionary<string, ConfigValue> values;
    private readonly HashSet<string> given;

    private ConfigValues(Dictionary<string, ConfigValue> values, HashSet<string> given)
    {
        this.values = values;
        this.given = given;
    }

    /// <summary>Reads the texts that belong to the table; others are left alone.</summary>
    /// <param name="table">What there is.</param>
    /// <param name="texts">What is set.</param>
    /// <param name="errors">Gets a message for each value that does not fit; its config keeps the default.</param>
    public static ConfigValues Read(
        ConfigTable table, IReadOnlyDictionary<string, string> texts, ICollection<string> errors)
    {
        var values = new Dictionary<string, ConfigValue>(table.All.Count, StringComparer.Ordinal);
        var given = new HashSet<string>(StringComparer.Ordinal);
        foreach (var definition in table.All)
        {
            var isGiven = texts.TryGetValue(definition.Name, out var text);
            if (isGiven)
                given.Add(definition.Name);
            else
                text = definition.DefaultText;
            if (!isGiven && definition.IsRequired)
            {
                errors.Add($"Missing required configuration \"{definition.Name}\" which has no default value.");
                continue;
            }

            var error = ConfigValue.Read(definition, text, out var value);
            if (error != null)
            {
                errors.Add(error);
                ConfigValue.Read(definition, definition.DefaultText, out value);
            }

            values[definition.Name] = value;
        }

        return new ConfigValues(values, given);
    }

    public ConfigValue this[string name] => values.TryGetValue(name, out var value) ? value : ConfigValue.Null;

    /// <summary>True where a value was given, be it the default's.</summary>
    public bool IsGiven(string name) => given.Contains(name);

    public bool Boolean(string name) => Typed(name, ConfigType.Boolean).Boolean;

    public int Int(string name) => (int)Whole(name);

    public long Long(string name) => Whole(name);

    public double Double(string name) => Typed(name, ConfigType.Double).Number;

    /// <summary>A string, class or password; null where unset.</summary>
    public string? Text(string name) => values[name].Text;

    public string[] List(string name) => values[name].Items;

    /// <summary>A number that may be unset.</summary>
    public long? LongOrNull(string name) => values[name].IsNull ? null : Whole(name);

    private long Whole(string name)
    {
        var value = values[name];
        return value.Type is ConfigType.Int or ConfigType.Short or ConfigType.Long
            ? value.Long
            : throw new InvalidOperationException($"{name} is no whole number but {value.Type}");
    }

    private ConfigValue Typed(string name, ConfigType type)
    {
        var value = values[name];
        return value.Type == type
            ? value
            : throw new InvalidOperationException($"{name} is no {type} but {value.Type}");
    }
}
