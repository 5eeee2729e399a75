using System.Globalization;

namespace Millrace.Loadgen;

/// <summary>
/// A workload that someone had: for each record when it came, where it went, and how large it was. One line each, as
/// <c>kcat -C -e -f '%T %t %p %K %S\n'</c> prints a topic: milliseconds, topic, partition, bytes of key, bytes of
/// value. Negative bytes are null; the partition <c>-</c> leaves the choice to the producer. Immutable.
/// </summary>
internal sealed class RecordedWorkload
{
    private const int FieldCount = 5;

    private readonly List<Entry> entries = [];
    private readonly List<string> topics = [];

    private RecordedWorkload()
    {
    }

    public IReadOnlyList<Entry> Entries => entries;

    public IReadOnlyList<string> Topics => topics;

    /// <summary>From the first record to the last, in milliseconds.</summary>
    public long LengthMs => entries.Count == 0 ? 0 : entries[^1].AtMs;

    /// <summary>Partitions that the topics need.</summary>
    public int Partitions => entries.Count == 0 ? 1 : entries.Max(entry => entry.Partition) + 1;

    public int ValueBytesMax => entries.Count == 0 ? 0 : entries.Max(entry => entry.ValueBytes);

    public double ValueBytesMean => entries.Count == 0 ? 0 : entries.Average(entry => entry.ValueBytes);

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">A line is not as it should be; the message has its number.</exception>
    public static RecordedWorkload Read(TextReader reader, string name)
    {
        RecordedWorkload workload = new();
        int number = 0;
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (line.AsSpan().Trim() is { IsEmpty: false } text && text[0] != '#')
            {
                workload.entries.Add(workload.ReadLine(line, $"{name}:{number}"));
            }
        }

        workload.Order();
        return workload.entries.Count > 0 ? workload : throw new FormatException($"{name}: no record is in it");
    }

    private Entry ReadLine(string line, string place)
    {
        string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        int partition = -1;
        if (fields.Length != FieldCount
            || !long.TryParse(fields[0], CultureInfo.InvariantCulture, out long atMs)
            || (fields[2] != "-" && !int.TryParse(fields[2], CultureInfo.InvariantCulture, out partition))
            || !int.TryParse(fields[3], CultureInfo.InvariantCulture, out int keyBytes)
            || !int.TryParse(fields[4], CultureInfo.InvariantCulture, out int valueBytes)
            || partition < -1 || valueBytes > RecordSizes.BytesMax)
        {
            throw new FormatException(
                $"{place}: a line has milliseconds, topic, partition or -, bytes of key, bytes of value");
        }

        int topic = topics.IndexOf(fields[1]);
        if (topic < 0)
        {
            topic = topics.Count;
            topics.Add(fields[1]);
        }

        return new Entry(atMs, topic, partition, keyBytes > 0, Math.Max(0, valueBytes));
    }

    /// <summary>By time, from 0: the lines of several partitions stand one behind the other.</summary>
    private void Order()
    {
        List<Entry> sorted = [.. entries.OrderBy(entry => entry.AtMs)];
        entries.Clear();
        entries.AddRange(sorted.Select(entry => entry with { AtMs = entry.AtMs - sorted[0].AtMs }));
    }

    /// <summary>One record.</summary>
    /// <param name="AtMs">When it came, after the first.</param>
    /// <param name="Topic">Number of its topic in <see cref="Topics"/>.</param>
    /// <param name="Partition">Where it went; -1 where the producer chooses.</param>
    /// <param name="HasKey">Whether it had a key.</param>
    /// <param name="ValueBytes">Size of its value; 0 for null.</param>
    internal readonly record struct Entry(long AtMs, int Topic, int Partition, bool HasKey, int ValueBytes);
}
