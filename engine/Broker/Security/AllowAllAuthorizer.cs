namespace Millrace.Broker;

/// <summary>No authorizer is configured: everybody may do everything, as in Kafka.</summary>
public sealed class AllowAllAuthorizer : IAuthorizer
{
    public static AllowAllAuthorizer Instance { get; } = new();

    public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) => true;
}
