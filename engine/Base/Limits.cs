using System.Numerics;

namespace Millrace.Base;

/// <summary>Every bound of the engine that is not a Kafka config, each with its reason.</summary>
public static class Limits
{
    /// <summary>
    /// A decoded message may take this many bytes of memory per byte of input. Kafka's densest honest messages take
    /// about five (an OffsetCommit partition is 18 bytes on the wire and 64 in memory); array amplification attacks
    /// need fifty.
    /// </summary>
    public const int DecodeMemoryPerInputByte = 8;

    /// <summary>Memory that decoding may take besides, so that tiny messages with defaults are never refused.</summary>
    public const int DecodeMemoryBase = 64 * 1024;

    /// <summary>
    /// The part of <see cref="DecodeMemoryBase"/> that is left to the runtime: it gives memory to a thread in pieces of
    /// 8 KiB and counts the rest of one that an array did not fit into (measured: 8,088 bytes beside 446 KB of
    /// objects).
    /// </summary>
    public const int DecodeMemorySlack = 16 * 1024;

    /// <summary>
    /// Tagged fields in one struct: the bound that Kafka 4.4 has. Its own messages use fewer than ten; an attack sends
    /// millions (CVE-2026-111115).
    /// </summary>
    public const int TaggedFieldsPerStruct = 10_000;

    /// <summary>
    /// Smallest buffer that a pool hands out, in bytes: one page, as smaller ones would save nothing of what the kernel
    /// gives, and every control-plane answer but the largest fits.
    /// </summary>
    public const int PooledBufferBytesMin = 4 * 1024;

    /// <summary>
    /// Largest buffer that a pool keeps, in bytes. One that is larger goes back to the system at once: Kafka's clients
    /// send requests of 1 MiB by default, and a rare giant (up to socket.request.max.bytes) must not stay resident for
    /// good.
    /// </summary>
    public const int PooledBufferBytesMax = 4 * 1024 * 1024;

    /// <summary>
    /// Unused bytes that one pool may hold. Sixteen of the largest: enough for the frames that one reactor has under
    /// way, and small beside the page cache that the same memory would otherwise be.
    /// </summary>
    public const long PoolIdleBytesMax = 64L * 1024 * 1024;

    /// <summary>
    /// Alignment of pooled buffers, in bytes: a cache line, and the widest vector register.
    /// </summary>
    public const int PooledBufferAlignment = 64;

    /// <summary>
    /// Deadlines that a loop has room for before its heap first grows; must be a power of two at least 2.
    /// </summary>
    public const int DeadlineQueueCapacityMin = 64;

    /// <summary>Asserts what the limits have to do with each other. Called once by every program's start.</summary>
    public static void Validate()
    {
        Invariant.That(
            BitOperations.IsPow2(PooledBufferBytesMin) && BitOperations.IsPow2(PooledBufferBytesMax),
            "The sizes of pooled buffers are powers of two.");
        Invariant.That(
            PooledBufferBytesMin <= PooledBufferBytesMax,
            "The smallest buffer is no larger than the largest.");
        Invariant.That(PoolIdleBytesMax >= PooledBufferBytesMax, "A pool can keep at least one buffer of every size.");
        Invariant.That(
            BitOperations.IsPow2(PooledBufferAlignment) && PooledBufferBytesMin % PooledBufferAlignment == 0,
            "Every buffer size is a multiple of the alignment.");
        Invariant.That(
            BitOperations.IsPow2(DeadlineQueueCapacityMin),
            "The heap of deadlines doubles from a power of two.");
        Invariant.That(DecodeMemoryPerInputByte > 0 && DecodeMemoryBase > 0, "Decoding may take some memory.");
        Invariant.That(TaggedFieldsPerStruct > 0, "Tagged fields are allowed.");
    }
}
