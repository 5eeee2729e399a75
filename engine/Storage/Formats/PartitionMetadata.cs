using System.Text;
using Millrace.Base;

namespace Millrace.Storage;

/// <summary>
/// Owns the format of a partition's <c>partition.metadata</c>, version 0, the only one there is: two lines, the second
/// without a line feed, that hold the id of the topic, so that a folder is not taken for one of a topic made anew under
/// the same name.
/// </summary>
public sealed class PartitionMetadata
{
    public const string FileName = "partition.metadata";

    /// <param name="topicId">Not zero.</param>
    public PartitionMetadata(Uuid topicId)
    {
        Invariant.That(topicId != Uuid.Zero, "A topic's id is never zero.");
        TopicId = topicId;
    }

    public Uuid TopicId { get; }

    /// <summary>Reads a file of this format.</summary>
    public static SmallFileRead<PartitionMetadata> Read(IFileSystem fileSystem, string path) =>
        SmallFile.Read<PartitionMetadata>(fileSystem, path, Parse);

    /// <summary>Parses a file's bytes.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? Parse(ReadOnlySpan<byte> bytes, out PartitionMetadata? metadata)
    {
        metadata = null;
        ReadOnlySpan<byte> head = "version: 0\ntopic_id: "u8;
        if (!bytes.StartsWith(head))
        {
            return "it does not begin with version 0 and a topic id";
        }

        // Only the exact form: base64 with its unused bits set would read as the same id.
        string text = Encoding.UTF8.GetString(bytes[head.Length..]).TrimEnd('\n');
        if (!Uuid.TryParse(text, out Uuid topicId) || topicId == Uuid.Zero || topicId.ToString() != text)
        {
            return "the topic id is not one";
        }

        metadata = new PartitionMetadata(topicId);
        return null;
    }

    /// <summary>The file's bytes.</summary>
    public byte[] Format() => Encoding.ASCII.GetBytes($"version: 0\ntopic_id: {TopicId}");
}
