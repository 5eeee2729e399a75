using System.Globalization;
using System.Text;

namespace Millrace.Storage;

/// <summary>
/// Owns the format of <c>.kafka_cleanshutdown</c>, version 0: JSON with the epoch under which the broker was last
/// registered (KIP-966). That the file is there says that every log of the directory was flushed; it is deleted before
/// anything is written. Kafka before 3.7 left it empty.
/// </summary>
/// <param name="BrokerEpoch">The epoch, or null where the file does not tell: then the stop counts as unclean for
/// elections.</param>
public sealed record CleanShutdownMarker(long? BrokerEpoch)
{
    public const string FileName = ".kafka_cleanshutdown";

    /// <summary>Reads a file of this format.</summary>
    public static SmallFileRead<CleanShutdownMarker> Read(IFileSystem fileSystem, string path) =>
        SmallFile.Read<CleanShutdownMarker>(fileSystem, path, Parse);

    /// <summary>Parses a file's bytes.</summary>
    /// <returns>Null, or what is wrong: the file is there all the same, but its epoch must not be used.</returns>
    public static string? Parse(ReadOnlySpan<byte> bytes, out CleanShutdownMarker? marker)
    {
        marker = null;
        if (bytes.IsEmpty)
        {
            marker = new CleanShutdownMarker(BrokerEpoch: null);
            return null;
        }

        FlatJson fields = FlatJson.Parse(bytes);
        if (fields.Damage is not null)
        {
            return fields.Damage;
        }

        if (!fields.TryTakeInt64("version", out long version) || version != 0)
        {
            return "it has no version 0";
        }

        if (!fields.TryTakeInt64("brokerEpoch", out long epoch) || epoch < -1)
        {
            return "it has no broker epoch";
        }

        if (!fields.IsEmpty)
        {
            return "it has a field that version 0 has not";
        }

        marker = new CleanShutdownMarker(epoch < 0 ? null : epoch);
        return null;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Format() => Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{{\"version\":0,\"brokerEpoch\":{BrokerEpoch ?? -1}}}"));
}
