using Millrace.Base;

namespace Millrace.Cluster;

/// <summary>The ids that stand for no log directory in particular (KIP-858).</summary>
public static class ReservedDirectories
{
    /// <summary>The broker has yet to say where it put the replica.</summary>
    public static Uuid Unassigned => Uuid.Zero;

    /// <summary>The replica's directory has failed.</summary>
    public static Uuid Lost => new(0, 1);

    /// <summary>From a time before directories were recorded.</summary>
    public static Uuid Migrating => new(0, 2);
}
