using System.Buffers.Binary;
using System.Numerics;
using BenchmarkDotNet.Attributes;
using Millrace.Base;

namespace Millrace.Bench;

/// <summary>
/// CRC-32C against the loop that one writes first: the processor's instruction on eight bytes at a time. Goal: 2.5
/// times as fast at 16 KiB.
/// </summary>
public class Crc32CBenchmarks
{
    private byte[] data = [];

    [Params(256, 1024, 4 * 1024, 16 * 1024, 64 * 1024, 1024 * 1024)]
    public int Length { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        data = new byte[Length];
        new Random(Length).NextBytes(data);
    }

    [Benchmark(Baseline = true)]
    public uint EightBytesAStep()
    {
        ReadOnlySpan<byte> left = data;
        uint register = uint.MaxValue;
        while (left.Length >= sizeof(ulong))
        {
            register = BitOperations.Crc32C(register, BinaryPrimitives.ReadUInt64LittleEndian(left));
            left = left[sizeof(ulong)..];
        }

        foreach (byte value in left)
        {
            register = BitOperations.Crc32C(register, value);
        }

        return ~register;
    }

    [Benchmark]
    public uint ThreeLanes() => Crc32C.Compute(data);
}
