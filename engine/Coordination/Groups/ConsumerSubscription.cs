using System.Buffers.Binary;
using Millrace.Base;

namespace Millrace.Coordination.Groups;

/// <summary>
/// The topics in what members of protocol type "consumer" send as their metadata: a version (int16) and a list of names
/// that every version begins with. Whatever follows is the members' own business.
/// </summary>
internal static class ConsumerSubscription
{
    /// <returns>False where it is no such metadata.</returns>
    public static bool TryAddTopics(ReadOnlySpan<byte> metadata, HashSet<string> topics)
    {
        if (metadata.Length < sizeof(short) || BinaryPrimitives.ReadInt16BigEndian(metadata) < 0)
        {
            return false;
        }

        ByteReader reader = new(metadata[sizeof(short)..]);
        int count = reader.ReadInt32();
        for (int index = 0; index < count && !reader.Failed; index++)
        {
            int length = reader.ReadInt16();
            ReadOnlySpan<byte> name = reader.ReadSpan(length);
            if (!reader.Failed)
            {
                topics.Add(System.Text.Encoding.UTF8.GetString(name));
            }
        }

        return !reader.Failed && count >= 0;
    }
}
