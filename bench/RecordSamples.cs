using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Bench;

/// <summary>Records for benchmarks: readable text that compresses about as far as JSON does.</summary>
internal static class RecordSamples
{
    public const long TimeMs = 1_760_000_000_000;

    public static byte[] Batch(Codec codec, int records, int valueBytes)
    {
        using BatchBuilder builder = new();
        builder.Begin(new NewBatch { Codec = codec });
        for (int index = 0; index < records; index++)
        {
            builder.Append(TimeMs + index, RecordField.FromSpan("key-0001"u8), Text(valueBytes, index));
        }

        return builder.Finish().ToArray();
    }

    public static byte[] Text(int length, int seed)
    {
        Random random = new(seed);
        byte[] text = new byte[length];
        ReadOnlySpan<byte> letters = "etaoin shrdlu"u8;
        for (int at = 0; at < length; at++)
        {
            text[at] = at % 3 != 0 && at > 40 ? text[at - 40] : letters[random.Next(letters.Length)];
        }

        return text;
    }
}
