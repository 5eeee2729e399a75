using System.Text;
using Millrace.Cluster;
using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>Who may change the configs of what.</summary>
internal static class ConfigAuthority
{
    public static Refusal MayAlter(IAuthorizer authorizer, in Caller caller, ConfigResourceKey resource)
    {
        (AclResourceType type, ErrorCode error) = resource.Type switch
        {
            ConfigResourceKey.TopicType => (AclResourceType.Topic, ErrorCode.TopicAuthorizationFailed),
            ConfigResourceKey.GroupType => (AclResourceType.Group, ErrorCode.GroupAuthorizationFailed),
            _ => (AclResourceType.Cluster, ErrorCode.ClusterAuthorizationFailed),
        };
        ReadOnlySpan<byte> name = type == AclResourceType.Cluster
            ? IAuthorizer.ClusterName
            : Encoding.UTF8.GetBytes(resource.Name);
        return authorizer.Allows(caller.Session, AclOperation.AlterConfigs, type, name)
            ? Refusal.None
            : new Refusal(error, null);
    }

    /// <summary>Answers an alteration as a decision's parts.</summary>
    public static Refusal Translate(
        ConfigError error, ConfigAlterationResult? result, out IReadOnlyList<KeyValuePair<string, string?>> records)
    {
        records = result?.Records ?? [];
        return new Refusal(error.Code, error.Message);
    }

    public static ConfigResource ResourceOf(ConfigResourceKey key) => new((ConfigResourceType)key.Type, key.Name);
}
