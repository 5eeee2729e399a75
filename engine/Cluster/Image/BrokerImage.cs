using Millrace.Base;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>A broker's registration. Immutable; any thread.</summary>
public sealed class BrokerImage
{
    private readonly RegisterBrokerRecord record;

    internal BrokerImage(RegisterBrokerRecord record) => this.record = record;

    public int Id => record.BrokerId;

    /// <summary>Offset of the record that registered this incarnation.</summary>
    public long Epoch => record.BrokerEpoch;

    /// <summary>Given anew by each start of the broker.</summary>
    public Uuid IncarnationId => record.IncarnationId;

    public string? Rack => record.Rack;

    /// <summary>Not yet, or no longer, fit to lead.</summary>
    public bool Fenced => record.Fenced;

    public bool InControlledShutdown => record.InControlledShutdown;

    /// <summary>Neither fenced nor on its way out.</summary>
    public bool IsActive => !Fenced && !InControlledShutdown;

    public ReadOnlySpan<RegisterBrokerRecord.BrokerEndpoint> Endpoints => record.EndPoints;

    public ReadOnlySpan<RegisterBrokerRecord.BrokerFeature> Features => record.Features;

    public ReadOnlySpan<Uuid> LogDirs => record.LogDirs;

    /// <summary>Log directories that take no new replicas; null where the broker never said.</summary>
    public Uuid[]? CordonedLogDirs => record.CordonedLogDirs;

    /// <summary>The endpoint of a listener, or null.</summary>
    public RegisterBrokerRecord.BrokerEndpoint? EndpointOf(string listener)
    {
        foreach (RegisterBrokerRecord.BrokerEndpoint endpoint in record.EndPoints)
        {
            if (endpoint.Name == listener)
            {
                return endpoint;
            }
        }

        return null;
    }

    /// <summary>The directory for a new replica: the only one, or for the broker to choose.</summary>
    public Uuid DefaultDirectory => record.LogDirs.Length == 1 ? record.LogDirs[0] : ReservedDirectories.Unassigned;

    /// <summary>
    /// Whether a replica in this directory can be used: one that the broker has registered, or one that nobody knows
    /// yet.
    /// </summary>
    public bool HasOnline(Uuid directory) =>
        directory != ReservedDirectories.Lost
        && (directory.IsReserved || record.LogDirs.Length == 0 || LogDirs.Contains(directory));

    internal BrokerImage With(BrokerRegistrationChangeRecord change)
    {
        RegisterBrokerRecord changed = Copy();
        changed.Fenced = change.Fenced == 0 ? record.Fenced : change.Fenced > 0;
        changed.InControlledShutdown |= change.InControlledShutdown > 0;
        changed.LogDirs = change.LogDirs.Length > 0 ? change.LogDirs : record.LogDirs;
        changed.CordonedLogDirs = change.CordonedLogDirs ?? record.CordonedLogDirs;
        return new BrokerImage(changed);
    }

    internal BrokerImage WithFenced(bool fenced)
    {
        RegisterBrokerRecord changed = Copy();
        changed.Fenced = fenced;
        return new BrokerImage(changed);
    }

    /// <summary>The record that stands for this registration, in the form that a metadata.version has for it.</summary>
    public MetadataRecord ToRecord(MetadataVersion version)
    {
        RegisterBrokerRecord written = Copy();
        if (!version.HasDirectoryAssignment)
        {
            written.LogDirs = [];
        }

        if (!version.HasCordonedLogDirs)
        {
            written.CordonedLogDirs = null;
        }

        if (version.RegisterBrokerRecordVersion < 2)
        {
            written.IsMigratingZkBroker = false;
        }

        return new MetadataRecord(written, version.RegisterBrokerRecordVersion);
    }

    private RegisterBrokerRecord Copy() => new()
    {
        BrokerId = record.BrokerId,
        IsMigratingZkBroker = record.IsMigratingZkBroker,
        IncarnationId = record.IncarnationId,
        BrokerEpoch = record.BrokerEpoch,
        EndPoints = record.EndPoints,
        Features = record.Features,
        Rack = record.Rack,
        Fenced = record.Fenced,
        InControlledShutdown = record.InControlledShutdown,
        LogDirs = record.LogDirs,
        CordonedLogDirs = record.CordonedLogDirs,
        UnknownTaggedFields = record.UnknownTaggedFields,
    };
}
