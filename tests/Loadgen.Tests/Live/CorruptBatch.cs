using System.Buffers.Binary;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Loadgen.Tests.Live;

/// <summary>Changes records on their way to a broker.</summary>
internal static class CorruptBatch
{
    /// <summary>Changes a byte of the first value in a Produce request, with a checksum that hides it.</summary>
    public static void FirstIn(byte[] frame)
    {
        short version = BinaryPrimitives.ReadInt16BigEndian(frame.AsSpan(2));
        byte[] records = Read(frame, version, out _).TopicData[0].PartitionData[0].Records!;
        int at = frame.AsSpan().IndexOf(records);
        Span<byte> batch = frame.AsSpan(at, records.Length);
        batch[BatchLayout.HeaderSize + 20] ^= 0x40;
        BatchChecksum.Seal(batch);
    }

    /// <summary>Changes a byte of the last record of an answer to a Fetch, and leaves the checksum.</summary>
    public static bool LastIn(byte[] frame, int recordsFrom)
    {
        if (frame.Length <= recordsFrom + BatchLayout.HeaderSize)
        {
            return false;
        }

        frame[^40] ^= 0x40;
        return true;
    }

    /// <summary>The request of a frame without its length.</summary>
    public static ProduceRequest Read(byte[] frame, short version, out int bodyStart)
    {
        ByteReader header = new(frame);
        header.Skip(2 + 2 + 4);
        header.ReadNullableString(flexible: false);
        if (ApiFacts.Of(ApiKey.Produce).RequestHeaderVersion(version) >= 2)
        {
            header.Skip(1);
        }

        bodyStart = header.Position;
        ProduceRequest request = new();
        Assert.False(MessageCodec.Decode(frame.AsSpan(bodyStart), version, request).IsError);
        return request;
    }
}
