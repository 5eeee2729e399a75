using System.Text.Json;

namespace Millrace.Loadgen.Report;

/// <summary>Writes and reads <c>results.json</c>.</summary>
internal static class ResultFile
{
    public static string ToJson(RunResult result) => JsonSerializer.Serialize(result, ResultJson.Default.RunResult);

    public static void Write(RunResult result, string path) => File.WriteAllText(path, ToJson(result) + "\n");

    /// <summary>Reads a result.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="FormatException">It is no result, or of a newer format; the message names it.</exception>
    public static RunResult Read(string path)
    {
        try
        {
            RunResult? result = JsonSerializer.Deserialize(File.ReadAllText(path), ResultJson.Default.RunResult);
            return result?.Schema == RunResult.CurrentSchema
                ? result
                : throw new FormatException($"{path} is no result of this format, {RunResult.CurrentSchema}.");
        }
        catch (JsonException wrong)
        {
            throw new FormatException($"{path} is no result: {wrong.Message}", wrong);
        }
    }
}
