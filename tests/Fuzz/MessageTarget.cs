using System.Buffers.Binary;
using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Fuzz;

/// <summary>
/// Any message. The first two bytes choose it, the third its version, the lowest bit of the fourth whether unknown
/// tagged fields are kept; the rest is the body.
/// </summary>
public static class MessageTarget
{
    private const int HeadSize = 4;

    /// <summary>Runs one input.</summary>
    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeadSize)
        {
            return;
        }

        IReadOnlyList<MessageDescriptor> all = MessageCatalog.All;
        MessageDescriptor descriptor = all[BinaryPrimitives.ReadUInt16LittleEndian(input) % all.Count];

        // One version more than there are, so that an unknown one comes up too.
        int versions = descriptor.VersionMax - descriptor.VersionMin + 2;
        short version = (short)(descriptor.VersionMin + (input[2] % versions));
        Check(descriptor, version, input[HeadSize..], keepUnknownTaggedFields: (input[3] & 1) != 0);
    }

    /// <summary>The input that makes <see cref="Run"/> read this body, for a corpus to start from.</summary>
    public static byte[] InputOf(string message, short version, bool keepUnknownTaggedFields, ReadOnlySpan<byte> body)
    {
        IReadOnlyList<MessageDescriptor> all = MessageCatalog.All;
        int index = Enumerable.Range(0, all.Count).First(place => all[place].Name == message);
        byte[] input = new byte[HeadSize + body.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(input, (ushort)index);
        input[2] = (byte)(version - all[index].VersionMin);
        input[3] = keepUnknownTaggedFields ? (byte)1 : (byte)0;
        body.CopyTo(input.AsSpan(HeadSize));
        return input;
    }

    /// <summary>
    /// Reads a body and checks what holds for any bytes: no exception, no memory beyond the limit, and what was read is
    /// written to bytes that are read to the same again.
    /// </summary>
    /// <returns>The decode error, or none.</returns>
    /// <exception cref="FuzzFailureException">A property does not hold.</exception>
    public static DecodeError Check(
        MessageDescriptor descriptor, short version, ReadOnlySpan<byte> body, bool keepUnknownTaggedFields)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        IMessage message = descriptor.Create();
        DecodeError error = MessageCodec.Decode(body, version, message, keepUnknownTaggedFields);
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;

        long limit = ((long)body.Length * Limits.DecodeMemoryPerInputByte) + Limits.DecodeMemoryBase;
        if (taken > limit)
        {
            throw new FuzzFailureException(
                $"{descriptor.Name} {version} took {taken} bytes for {body.Length}, {limit} allowed.");
        }

        if (!error.IsError)
        {
            CheckRoundTrip(descriptor, version, message, keepUnknownTaggedFields);
        }

        return error;
    }

    private static void CheckRoundTrip(
        MessageDescriptor descriptor, short version, IMessage message, bool keepUnknownTaggedFields)
    {
        byte[] written = MessageCodec.Encode(message, version);
        IMessage back = descriptor.Create();
        DecodeError error = MessageCodec.Decode(written, version, back, keepUnknownTaggedFields);
        if (error.Kind == DecodeErrorKind.TooMuchMemory)
        {
            // The rewrite is shorter where unknown fields were passed over, and so is its allowance.
            return;
        }

        if (error.IsError || !written.AsSpan().SequenceEqual(MessageCodec.Encode(back, version)))
        {
            throw new FuzzFailureException(
                $"{descriptor.Name} {version} did not come back from its own bytes: {error}.");
        }
    }
}
