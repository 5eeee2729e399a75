using System.Text.Json;

namespace Millrace.Protocol.Tests.Golden;

/// <summary>Compares JSON by what it means: the order of properties and the spelling of numbers do not count.</summary>
public static class JsonMeaning
{
    /// <returns>Null where both mean the same, else the first place that differs.</returns>
    public static string? Difference(JsonElement expected, JsonElement actual, string path = "$")
    {
        if (expected.ValueKind != actual.ValueKind)
        {
            return $"{path}: {expected.GetRawText()} expected, {actual.GetRawText()} found";
        }

        bool same = expected.ValueKind switch
        {
            JsonValueKind.String => expected.GetString() == actual.GetString(),
            JsonValueKind.Number => SameNumber(expected, actual),
            _ => true,
        };
        return expected.ValueKind switch
        {
            JsonValueKind.Object => ObjectDifference(expected, actual, path),
            JsonValueKind.Array => ArrayDifference(expected, actual, path),
            _ => same ? null : $"{path}: {expected.GetRawText()} expected, {actual.GetRawText()} found",
        };
    }

    private static bool SameNumber(JsonElement expected, JsonElement actual) =>
        expected.TryGetInt64(out long left) && actual.TryGetInt64(out long right)
            ? left == right
            : BitConverter.DoubleToInt64Bits(expected.GetDouble())
                == BitConverter.DoubleToInt64Bits(actual.GetDouble());

    private static string? ObjectDifference(JsonElement expected, JsonElement actual, string path)
    {
        foreach (JsonProperty property in expected.EnumerateObject())
        {
            if (!actual.TryGetProperty(property.Name, out JsonElement other))
            {
                return $"{path}.{property.Name} is missing";
            }

            if (Difference(property.Value, other, $"{path}.{property.Name}") is { } difference)
            {
                return difference;
            }
        }

        foreach (JsonProperty property in actual.EnumerateObject())
        {
            if (!expected.TryGetProperty(property.Name, out _))
            {
                return $"{path}.{property.Name} was not expected";
            }
        }

        return null;
    }

    private static string? ArrayDifference(JsonElement expected, JsonElement actual, string path)
    {
        if (expected.GetArrayLength() != actual.GetArrayLength())
        {
            return $"{path}: {expected.GetArrayLength()} elements expected, {actual.GetArrayLength()} found";
        }

        for (int index = 0; index < expected.GetArrayLength(); index++)
        {
            if (Difference(expected[index], actual[index], $"{path}[{index}]") is { } difference)
            {
                return difference;
            }
        }

        return null;
    }
}
