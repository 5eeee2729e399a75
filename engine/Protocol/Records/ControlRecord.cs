using System.Buffers.Binary;

namespace Millrace.Protocol.Records;

/// <summary>
/// Keys and values of control records. The key is version (int16) and type (int16); an end marker's value is version
/// (int16) and coordinator epoch (int32); the KRaft types carry a message with its version in front.
/// </summary>
public static class ControlRecord
{
    /// <summary>Size of a key in bytes.</summary>
    public const int KeySize = 4;

    /// <summary>Size of an end marker's value in bytes.</summary>
    public const int EndMarkerValueSize = 6;

    private const short CurrentKeyVersion = 0;
    private const short CurrentEndMarkerVersion = 0;

    /// <summary>Reads a control record's type from its key.</summary>
    /// <returns>False where the key is too short or of a negative version, which is corrupt.</returns>
    public static bool TryReadType(ReadOnlySpan<byte> key, out ControlRecordType type)
    {
        type = ControlRecordType.Unknown;
        if (key.Length < KeySize || BinaryPrimitives.ReadInt16BigEndian(key) < CurrentKeyVersion)
        {
            return false;
        }

        short id = BinaryPrimitives.ReadInt16BigEndian(key[sizeof(short)..]);
        type = id is >= (short)ControlRecordType.Abort and <= (short)ControlRecordType.KRaftVoters
            ? (ControlRecordType)id
            : ControlRecordType.Unknown;
        return true;
    }

    /// <summary>
    /// Reads the coordinator epoch of an ABORT or COMMIT marker's value; newer versions may have more behind it.
    /// </summary>
    public static bool TryReadCoordinatorEpoch(ReadOnlySpan<byte> value, out int coordinatorEpoch)
    {
        coordinatorEpoch = 0;
        if (value.Length < EndMarkerValueSize || BinaryPrimitives.ReadInt16BigEndian(value) < CurrentEndMarkerVersion)
        {
            return false;
        }

        coordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(value[sizeof(short)..]);
        return true;
    }

    /// <summary>Writes a key of <see cref="KeySize"/> bytes.</summary>
    public static void WriteKey(Span<byte> target, ControlRecordType type)
    {
        BinaryPrimitives.WriteInt16BigEndian(target, CurrentKeyVersion);
        BinaryPrimitives.WriteInt16BigEndian(target[sizeof(short)..], (short)type);
    }

    /// <summary>Writes an end marker's value of <see cref="EndMarkerValueSize"/> bytes.</summary>
    public static void WriteEndMarkerValue(Span<byte> target, int coordinatorEpoch)
    {
        BinaryPrimitives.WriteInt16BigEndian(target, CurrentEndMarkerVersion);
        BinaryPrimitives.WriteInt32BigEndian(target[sizeof(short)..], coordinatorEpoch);
    }
}
