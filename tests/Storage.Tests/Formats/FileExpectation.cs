using System.Text.Json;

namespace Millrace.Storage.Tests;

/// <summary>A line of a <c>files.jsonl</c>: what Kafka says that a file holds.</summary>
public sealed record FileExpectation(string File, JsonElement Fields)
{
    public static List<FileExpectation> ReadAll(string path)
    {
        List<FileExpectation> lines = [];
        foreach (string line in System.IO.File.ReadLines(path))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement fields = document.RootElement.Clone();
            lines.Add(new FileExpectation(fields.GetProperty("file").GetString()!, fields));
        }

        return lines;
    }

    public string Name => Path.GetFileName(File);

    public JsonElement this[string field] => Fields.GetProperty(field);

    /// <summary>All offsets of entries, in order: <c>[{"a":1,"b":2},...]</c> with the fields named.</summary>
    public IEnumerable<long[]> Entries(params string[] fields) =>
        this["entries"].EnumerateArray().Select(
            entry => fields.Select(field => entry.GetProperty(field).GetInt64()).ToArray());

    /// <summary>All entries that are arrays of numbers, in order.</summary>
    public IEnumerable<long[]> Rows() =>
        this["entries"].EnumerateArray().Select(
            entry => entry.EnumerateArray().Select(cell => cell.GetInt64()).ToArray());

    public static List<long[]> EntriesOf(OffsetIndex index)
    {
        List<long[]> entries = [];
        while (index.EntryAt(entries.Count) is { } entry)
        {
            entries.Add([entry.Offset, entry.Position]);
        }

        return entries;
    }

    public static List<long[]> EntriesOf(TimeIndex index)
    {
        List<long[]> entries = [];
        while (index.EntryAt(entries.Count) is { } entry)
        {
            entries.Add([entry.Timestamp, entry.Offset]);
        }

        return entries;
    }

    public static OffsetIndex OpenOffsetIndex(string path, long baseOffset)
    {
        OffsetIndex index = new(Cached(path), baseOffset, 10 * 1024 * 1024);
        Assert.Equal(IoError.None, index.Load());
        return index;
    }

    public static TimeIndex OpenTimeIndex(string path, long baseOffset)
    {
        TimeIndex index = new(Cached(path), baseOffset, 10 * 1024 * 1024);
        Assert.Equal(IoError.None, index.Load());
        return index;
    }

    private static CachedFile Cached(string path) => new(new FileCache(new PosixFileSystem(), 4), path, OpenKind.Read);
}
