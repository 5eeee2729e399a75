using Millrace.Protocol;

namespace Millrace.Cluster;

/// <summary>Why a request, or a part of it, is not done; the default value refuses nothing.</summary>
/// <param name="Code">The error, or none.</param>
/// <param name="Message">Kafka's text; null where Kafka's own is just the error's, which every client has.</param>
public readonly record struct Refusal(ErrorCode Code, string? Message)
{
    /// <summary>Nothing is refused.</summary>
    public static Refusal None => default;

    public bool IsError => Code != ErrorCode.None;

    internal static Refusal InvalidRequest(string message) => new(ErrorCode.InvalidRequest, message);

    internal static Refusal InvalidAssignment(string message) => new(ErrorCode.InvalidReplicaAssignment, message);

    internal static Refusal InvalidFactor(string message) => new(ErrorCode.InvalidReplicationFactor, message);

    internal static Refusal UnknownTopicOrPartition(string? message = null) =>
        new(ErrorCode.UnknownTopicOrPartition, message);

    /// <summary>A change of too many records, which Kafka refuses as a whole.</summary>
    internal static Refusal TooLarge =>
        new(ErrorCode.PolicyViolation, "Unable to perform excessively large batch operation.");
}
