using System.Buffers.Binary;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Fuzz;

/// <summary>
/// A request as it comes from a socket, behind the size: header, then the body that the header names.
/// </summary>
public static class FrameTarget
{
    /// <summary>Runs one input.</summary>
    public static void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < 2 * sizeof(short)
            || !MessageCatalog.TryFindRequest(
                BinaryPrimitives.ReadInt16BigEndian(input), out MessageDescriptor? descriptor))
        {
            return;
        }

        short version = BinaryPrimitives.ReadInt16BigEndian(input[sizeof(short)..]);
        ByteReader reader = new(input);
        RequestHeader header = new();
        header.Read(ref reader, descriptor.HeaderVersion(version));
        if (!reader.Failed)
        {
            MessageTarget.Check(descriptor, version, input[reader.Position..], keepUnknownTaggedFields: false);
        }
    }
}
