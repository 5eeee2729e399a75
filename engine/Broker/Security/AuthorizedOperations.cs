using System.Text;

namespace Millrace.Broker;

/// <summary>
/// What a client may do, as the bit sets that Metadata and its relatives carry: a bit for each operation.
/// </summary>
public static class AuthorizedOperations
{
    /// <summary>The client did not ask.</summary>
    public const int Omitted = int.MinValue;

    private static ReadOnlySpan<AclOperation> OnTopic =>
    [
        AclOperation.Read,
        AclOperation.Write,
        AclOperation.Create,
        AclOperation.Delete,
        AclOperation.Alter,
        AclOperation.Describe,
        AclOperation.DescribeConfigs,
        AclOperation.AlterConfigs,
    ];

    private static ReadOnlySpan<AclOperation> OnGroup =>
    [
        AclOperation.Read,
        AclOperation.Delete,
        AclOperation.Describe,
        AclOperation.DescribeConfigs,
        AclOperation.AlterConfigs,
    ];

    private static ReadOnlySpan<AclOperation> OnCluster =>
    [
        AclOperation.Create,
        AclOperation.Alter,
        AclOperation.Describe,
        AclOperation.ClusterAction,
        AclOperation.DescribeConfigs,
        AclOperation.AlterConfigs,
        AclOperation.IdempotentWrite,
    ];

    public static int OfTopic(IAuthorizer authorizer, object? session, string topic) =>
        Of(authorizer, session, OnTopic, AclResourceType.Topic, Encoding.UTF8.GetBytes(topic));

    public static int OfGroup(IAuthorizer authorizer, object? session, string groupId) =>
        Of(authorizer, session, OnGroup, AclResourceType.Group, Encoding.UTF8.GetBytes(groupId));

    /// <summary>None where the client may not even describe the cluster.</summary>
    public static int OfCluster(IAuthorizer authorizer, object? session) =>
        authorizer.Allows(session, AclOperation.Describe, AclResourceType.Cluster, IAuthorizer.ClusterName)
            ? Of(authorizer, session, OnCluster, AclResourceType.Cluster, IAuthorizer.ClusterName)
            : 0;

    /// <summary>Whether a topic may be used so.</summary>
    public static bool AllowsTopic(
        this IAuthorizer authorizer, in Caller caller, AclOperation operation, string topic) =>
        authorizer.Allows(caller.Session, operation, AclResourceType.Topic, Encoding.UTF8.GetBytes(topic));

    /// <summary>Whether the cluster may be used so.</summary>
    public static bool AllowsCluster(this IAuthorizer authorizer, in Caller caller, AclOperation operation) =>
        authorizer.Allows(caller.Session, operation, AclResourceType.Cluster, IAuthorizer.ClusterName);

    private static int Of(
        IAuthorizer authorizer,
        object? session,
        ReadOnlySpan<AclOperation> operations,
        AclResourceType type,
        ReadOnlySpan<byte> name)
    {
        int bits = 0;
        foreach (AclOperation operation in operations)
        {
            if (authorizer.Allows(session, operation, type, name))
            {
                bits |= 1 << (int)operation;
            }
        }

        return bits;
    }
}
