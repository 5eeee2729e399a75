using System.Text;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Protocol.Tests.Records;

/// <summary>Small batches for tests: keys k0, k1 and so on, values v0 and so on, one millisecond apart.</summary>
internal static class TestBatches
{
    public const long Time = 1_760_000_000_000;

    public static byte[] Plain(int count) => Build(count, new NewBatch());

    public static byte[] Build(int count, NewBatch header)
    {
        using BatchBuilder builder = new();
        builder.Begin(header);
        for (int index = 0; index < count; index++)
        {
            builder.Append(Time + index, Encoding.UTF8.GetBytes($"k{index}"), Encoding.UTF8.GetBytes($"v{index}"));
        }

        return builder.Finish().ToArray();
    }

    /// <summary>One record without key for each timestamp.</summary>
    public static byte[] WithTimestamps(params long[] timestamps)
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch());
        foreach (long timestamp in timestamps)
        {
            builder.Append(timestamp, RecordField.Null, RecordField.FromSpan("value"u8));
        }

        return builder.Finish().ToArray();
    }

    /// <summary>Readable text of so many bytes: what compresses about four times.</summary>
    public static byte[] Text(int length, int seed)
    {
        string[] words = ["offset ", "broker ", "millrace ", "and ", "the ", "of ", "a ", "record "];
        Random random = new(seed);
        byte[] text = new byte[length];
        for (int at = 0; at < length;)
        {
            byte[] word = Encoding.ASCII.GetBytes(words[random.Next(words.Length)]);
            int taken = Math.Min(word.Length, length - at);
            word.AsSpan(0, taken).CopyTo(text.AsSpan(at));
            at += taken;
        }

        return text;
    }
}
