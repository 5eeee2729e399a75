using Millrace.Protocol;

namespace Millrace.Coordination.Groups;

/// <summary>What a client is told of why a write to the coordinator's log did not come about.</summary>
internal static class WriteErrors
{
    /// <summary>Produce errors mean nothing to a group's client, so Kafka tells what it is to do next.</summary>
    public static ErrorCode ToGroupError(ErrorCode error) => error switch
    {
        ErrorCode.NetworkException => ErrorCode.CoordinatorLoadInProgress,
        ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.RequestTimedOut =>
            ErrorCode.CoordinatorNotAvailable,
        ErrorCode.NotLeaderOrFollower or ErrorCode.KafkaStorageError => ErrorCode.NotCoordinator,
        ErrorCode.MessageTooLarge or ErrorCode.RecordListTooLarge or ErrorCode.InvalidFetchSize =>
            ErrorCode.UnknownServerError,
        _ => error,
    };

    /// <summary>
    /// A client that waits for stable offsets would take COORDINATOR_NOT_AVAILABLE as final, so it is sent to look for
    /// the coordinator again.
    /// </summary>
    public static ErrorCode ToFetchError(ErrorCode error) => error
        is ErrorCode.UnknownTopicOrPartition or ErrorCode.NotEnoughReplicas or ErrorCode.RequestTimedOut
        ? ErrorCode.NotCoordinator
        : ToGroupError(error);
}
