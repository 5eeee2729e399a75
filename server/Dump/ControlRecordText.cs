using System.Buffers.Binary;
using System.Globalization;
using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Records;

namespace Millrace.Server;

/// <summary>What a dump says of a control record, with the space in front.</summary>
internal static class ControlRecordText
{
    public static string Of(in Record record)
    {
        if (!ControlRecord.TryReadType(record.Key, out ControlRecordType type))
        {
            return " controlType: none, the key is malformed";
        }

        return type switch
        {
            ControlRecordType.Abort => OfMarker("ABORT", record),
            ControlRecordType.Commit => OfMarker("COMMIT", record),
            ControlRecordType.LeaderChange => OfMessage("LeaderChange:", new LeaderChangeMessage(), record),
            ControlRecordType.SnapshotHeader => OfMessage("SnapshotHeader", new SnapshotHeaderRecord(), record),
            ControlRecordType.SnapshotFooter => OfMessage("SnapshotFooter", new SnapshotFooterRecord(), record),
            ControlRecordType.KRaftVersion => OfMessage("KRaftVersion", new KRaftVersionRecord(), record),
            ControlRecordType.KRaftVoters => OfMessage("KRaftVoters", new VotersRecord(), record),
            _ => string.Create(
                CultureInfo.InvariantCulture,
                $" controlType: UNKNOWN({BinaryPrimitives.ReadInt16BigEndian(record.Key[sizeof(short)..])})"),
        };
    }

    private static string OfMarker(string name, in Record record) =>
        ControlRecord.TryReadCoordinatorEpoch(record.Value, out int epoch)
            ? string.Create(CultureInfo.InvariantCulture, $" endTxnMarker: {name} coordinatorEpoch: {epoch}")
            : $" endTxnMarker: {name}, its value is malformed";

    private static string OfMessage(string name, IMessage empty, in Record record)
    {
        // The message's first field is its own version.
        if (!BinaryPrimitives.TryReadInt16BigEndian(record.Value, out short version))
        {
            return $" {name} its value is malformed";
        }

        DecodeError error = MessageCodec.Decode(record.Value, version, empty);
        return error.IsError
            ? string.Create(CultureInfo.InvariantCulture, $" {name} version {version}: {error}")
            : $" {name} {empty.ToJson(version)}";
    }
}
