namespace Millrace.Base;

/// <summary>Every bound of the engine that is not a Kafka config, each with its reason.</summary>
public static class Limits
{
    /// <summary>
    /// A decoded message may take this many bytes of memory per byte of input. Kafka's densest honest messages take about
    /// five (an OffsetCommit partition is 18 bytes on the wire and 64 in memory); array amplification attacks need fifty.
    /// </summary>
    public const int DecodeMemoryPerInputByte = 8;

    /// <summary>Memory that decoding may take besides, so that tiny messages with defaults are never refused.</summary>
    public const int DecodeMemoryBase = 64 * 1024;

    /// <summary>Tagged fields in one struct. Kafka's own use fewer than ten; an attack sends millions (CVE-2026-111115).</summary>
    public const int TaggedFieldsPerStruct = 1024;
}
