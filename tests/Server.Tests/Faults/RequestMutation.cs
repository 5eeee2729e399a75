using System.Buffers.Binary;

namespace Millrace.Server.Tests.Faults;

/// <summary>Damages a frame as a seeded generator says, in the ways that decoders and handlers trip over.</summary>
internal static class RequestMutation
{
    private const int KindCount = 7;
    private const int VersionAt = 6;

    /// <summary>A damaged copy; most have a length that fits, so that the damage gets past the framing.</summary>
    public static byte[] Of(byte[] frame, Random random)
    {
        byte[] made = random.Next(KindCount) switch
        {
            0 => Flipped(frame, random),
            1 => frame[..random.Next(sizeof(int), frame.Length + 1)],
            2 => WithNumber(frame, random),
            3 => WithOtherVersion(frame, random),
            4 => WithNoise(frame, random),
            5 => [.. frame, .. frame.AsSpan(random.Next(frame.Length))],
            _ => [.. frame],
        };
        bool keepsLength = random.Next(20) == 0;
        if (!keepsLength)
        {
            BinaryPrimitives.WriteInt32BigEndian(made, made.Length - sizeof(int));
        }

        return made;
    }

    private static byte[] Flipped(byte[] frame, Random random)
    {
        byte[] made = [.. frame];
        for (int flips = 1 + random.Next(8); flips > 0; flips--)
        {
            made[random.Next(sizeof(int), made.Length)] ^= (byte)(1 << random.Next(8));
        }

        return made;
    }

    /// <summary>A number at an edge of its range somewhere behind the header's beginning.</summary>
    private static byte[] WithNumber(byte[] frame, Random random)
    {
        byte[] made = [.. frame];
        Span<byte> at = made.AsSpan(Math.Min(made.Length - 1, random.Next(VersionAt, made.Length)));
        byte[] number = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, random.Next(6) switch
        {
            0 => long.MaxValue,
            1 => long.MinValue,
            2 => -1,
            3 => int.MaxValue,
            4 => 0,
            _ => random.NextInt64(),
        });
        int size = Math.Min(at.Length, 1 << random.Next(4));
        number.AsSpan(0, size).CopyTo(at);
        return made;
    }

    private static byte[] WithOtherVersion(byte[] frame, Random random)
    {
        byte[] made = [.. frame];
        short version = BinaryPrimitives.ReadInt16BigEndian(made.AsSpan(VersionAt));
        BinaryPrimitives.WriteInt16BigEndian(made.AsSpan(VersionAt), (short)(version + random.Next(-3, 4)));
        return made;
    }

    private static byte[] WithNoise(byte[] frame, Random random)
    {
        int at = random.Next(sizeof(int) * 2, frame.Length + 1);
        byte[] noise = new byte[random.Next(1, 64)];
        random.NextBytes(noise);
        return [.. frame.AsSpan(0, at), .. noise, .. frame.AsSpan(at)];
    }
}
