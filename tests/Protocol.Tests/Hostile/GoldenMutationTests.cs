using System.Buffers.Binary;
using System.Text.Json;
using Millrace.Base;
using Millrace.Fuzz;
using Millrace.Protocol.Tests.Golden;
using Xunit.Abstractions;

namespace Millrace.Protocol.Tests.Hostile;

/// <summary>
/// What Kafka wrote, damaged. <see cref="MessageTarget.Check"/> holds for all of it: a value or an error, within the
/// memory limit, and a value comes back from its own bytes.
/// </summary>
[Trait("Data", "golden")]
public sealed class GoldenMutationTests(ITestOutputHelper output)
{
    private const int SeedDefault = 20250611;

    /// <summary>Large enough that 8 times as much is far beyond the flat allowance.</summary>
    private const int LargeInput = 128 * 1024;

    private readonly int seed = ReadSeed(output);

    [SharedFact]
    public void A_message_cut_at_any_byte_is_an_error()
    {
        foreach (GoldenLine line in GoldenLine.ReadAll())
        {
            for (int length = 0; length < line.Bytes.Length; length++)
            {
                DecodeError error = MessageTarget.Check(
                    line.Descriptor,
                    line.Version,
                    line.Bytes.AsSpan(0, length),
                    keepUnknownTaggedFields: length % 2 == 0);
                Assert.True(error.IsError, $"{line} cut to {length} bytes");
                Assert.InRange(error.Position, 0, length);
            }
        }
    }

    [SharedFact]
    public void Flipped_bits_end_in_a_value_or_an_error()
    {
        Random random = new(seed);
        foreach (GoldenLine line in GoldenLine.ReadAll().Where(line => line.Bytes.Length > 0))
        {
            for (int round = 0; round < 40; round++)
            {
                byte[] bytes = [.. line.Bytes];
                for (int flips = 1 + random.Next(4); flips > 0; flips--)
                {
                    bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                }

                MessageTarget.Check(line.Descriptor, line.Version, bytes, keepUnknownTaggedFields: round % 2 == 0);
            }
        }
    }

    [SharedFact]
    public void Huge_lengths_anywhere_end_in_a_value_or_an_error()
    {
        byte[][] lengths =
        [
            [0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0x7f, 0xff],
            [0xff, 0xff, 0xff, 0xff, 0x0f], [0x80, 0x80, 0x80, 0x80, 0x08], [0xff, 0xff, 0xff, 0xff, 0x7f],
            [0xff, 0x7f],
        ];
        foreach (GoldenLine line in GoldenLine.ReadAll().Where(line => line.Variant is "full" or "unknown-tags"))
        {
            for (int position = 0; position < line.Bytes.Length; position++)
            {
                byte[] length = lengths[position % lengths.Length];
                byte[] bytes = [.. line.Bytes[..position], .. length, .. line.Bytes[position..]];
                MessageTarget.Check(line.Descriptor, line.Version, bytes, keepUnknownTaggedFields: position % 2 == 0);
            }
        }
    }

    [SharedFact]
    public void Counts_backed_by_as_many_tiny_elements_stay_within_the_memory_limit()
    {
        Random random = new(seed);
        int refusedForMemory = 0;
        byte[] bytes = new byte[LargeInput];
        foreach (GoldenLine line in GoldenLine.NewestFull())
        {
            for (int position = 0; position <= line.Bytes.Length; position++)
            {
                // A count that the bytes behind it can just hold, and bytes that are the smallest of elements.
                bytes.AsSpan().Fill((byte)random.Next(3));
                line.Bytes.AsSpan(0, position).CopyTo(bytes);
                int count = (LargeInput - line.Bytes.Length - Varint.MaxBytes32) / random.Next(1, 40);
                if (line.Descriptor.IsFlexible(line.Version))
                {
                    Varint.WriteUnsigned(bytes.AsSpan(position), (uint)count);
                }
                else
                {
                    BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(position), count);
                }

                DecodeError error =
                    MessageTarget.Check(
                        line.Descriptor, line.Version, bytes, keepUnknownTaggedFields: position % 2 == 0);
                refusedForMemory += error.Kind == DecodeErrorKind.TooMuchMemory ? 1 : 0;
            }
        }

        Assert.NotEqual(0, refusedForMemory);
    }

    [SharedFact]
    public void The_fuzz_targets_take_a_seeded_corpus()
    {
        Random random = new(seed);
        foreach (GoldenLine line in GoldenLine.ReadAll())
        {
            byte[] input = MessageTarget.InputOf(line.Message, line.Version, true, line.Bytes);
            MessageTarget.Run(input);
            random.NextBytes(input.AsSpan(0, Math.Min(input.Length, random.Next(12))));
            MessageTarget.Run(input);
        }

        foreach (string frame in File.ReadLines(Path.Combine(SharedMaterial.Golden, "framing.jsonl")))
        {
            using JsonDocument json = JsonDocument.Parse(frame);
            byte[] input = Convert.FromHexString(json.RootElement.GetProperty("hex").GetString()!)[4..];
            FrameTarget.Run(input);
            input[random.Next(input.Length)] ^= (byte)(1 << random.Next(8));
            FrameTarget.Run(input);
        }
    }

    private static int ReadSeed(ITestOutputHelper output)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("MILLRACE_SEED"), out int given)
            ? given
            : SeedDefault;
        output.WriteLine($"MILLRACE_SEED={seed}");
        return seed;
    }
}
