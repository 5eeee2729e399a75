using Millrace.Protocol;

namespace Millrace.Cluster;

/// <summary>A record of the metadata log with the version it has, or is to be written in.</summary>
/// <param name="Message">One of the <see cref="MessageType.Metadata"/> messages; not changed once it is here.</param>
/// <param name="Version">Version of the record, which the cluster's metadata.version decides.</param>
public readonly record struct MetadataRecord(IMessage Message, short Version)
{
    public override string ToString() => $"{Message.Descriptor.Name} v{Version}";
}
