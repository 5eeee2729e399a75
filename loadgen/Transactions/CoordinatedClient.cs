using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Millrace.Protocol.Wire;

namespace Millrace.Loadgen;

/// <summary>
/// A client that works through a coordinator, of a group or of transactions: finds it, finds it again when it has
/// moved, and pauses after errors that pass. Owned by its loop's thread.
/// </summary>
internal abstract class CoordinatedClient(EventLoop loop, RunContext context, string key, CoordinatorKind kind)
    : LoopClient(loop, context)
{
    private const long BackOffNs = 100 * NsPerMs;
    private const long UnconnectedPauseNs = 10 * NsPerMs;

    private int coordinator = -1;
    private bool isAsked;

    /// <summary>The group's name, or the transactional id.</summary>
    protected string CoordinatorKey { get; } = key;

    /// <summary>Nothing is sent before.</summary>
    protected long RetryNs { get; private set; }

    /// <summary>The open connection to the coordinator; null while it is being found or connected.</summary>
    /// <param name="nowNs">Now.</param>
    /// <param name="dueNs">When to look again, where it is null and no answer is waited for.</param>
    protected BrokerConnection? Coordinator(long nowNs, out long dueNs)
    {
        dueNs = Math.Max(RetryNs, nowNs + UnconnectedPauseNs);
        if (nowNs < RetryNs || isAsked)
        {
            return null;
        }

        if (coordinator >= 0)
        {
            return ConnectionTo(coordinator, nowNs);
        }

        if (AnyConnection(nowNs) is { } any)
        {
            isAsked = true;
            short version = Context.Versions.Of(ApiKey.FindCoordinator);
            FindCoordinatorRequest request = version >= 4
                ? new FindCoordinatorRequest { KeyType = (sbyte)kind, CoordinatorKeys = [CoordinatorKey] }
                : new FindCoordinatorRequest { KeyType = (sbyte)kind, Key = CoordinatorKey };
            any.Send(ApiKey.FindCoordinator, version, request, nowNs);
        }

        return null;
    }

    /// <summary>Sends nothing for a while.</summary>
    protected void Pause(long nowNs, long forNs = BackOffNs) => RetryNs = nowNs + forNs;

    /// <summary>Counts an error, pauses, and looks for the coordinator anew where that is what it says.</summary>
    protected void Trouble(ApiKey api, ErrorCode code, long nowNs)
    {
        Context.Errors.Broker(api, code);
        Pause(nowNs);
        if (code is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable)
        {
            coordinator = -1;
        }
    }

    /// <summary>Reads an answer; one that cannot be read is counted.</summary>
    protected bool TryRead(in PendingRequest request, ReadOnlySpan<byte> body, IMessage response) =>
        IsSound(request, MessageCodec.Decode(body, request.Version, response));

    /// <summary>
    /// Reads the first error of an answer that has one for each partition; an answer that cannot be read is counted.
    /// </summary>
    protected bool TryReadFirstError(in PendingRequest request, ReadOnlySpan<byte> body, out ErrorCode first) =>
        IsSound(request, PartitionErrors.FindFirst(body, request.Api, request.Version, out first));

    /// <inheritdoc/>
    protected sealed override void Answer(
        BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs)
    {
        if (request.Api != ApiKey.FindCoordinator)
        {
            Coordinated(connection, request, body, nowNs);
            return;
        }

        isAsked = false;
        FindCoordinatorResponse response = new();
        if (!TryRead(request, body, response))
        {
            Pause(nowNs);
            return;
        }

        bool isList = request.Version >= 4 && response.Coordinators.Length > 0;
        ErrorCode code = (ErrorCode)(isList ? response.Coordinators[0].ErrorCode : response.ErrorCode);
        if (code != ErrorCode.None)
        {
            Trouble(ApiKey.FindCoordinator, code, nowNs);
            return;
        }

        coordinator = isList ? response.Coordinators[0].NodeId : response.NodeId;
    }

    /// <inheritdoc/>
    protected sealed override void Lost(BrokerConnection connection, in PendingRequest request, long nowNs)
    {
        coordinator = -1;
        if (request.Api == ApiKey.FindCoordinator)
        {
            isAsked = false;
            Pause(nowNs);
            return;
        }

        LostCoordinated(connection, request, nowNs);
    }

    /// <summary>An answer to one of the client's own requests.</summary>
    protected abstract void Coordinated(
        BrokerConnection connection, in PendingRequest request, ReadOnlySpan<byte> body, long nowNs);

    /// <summary>One of the client's own requests will not be answered.</summary>
    protected abstract void LostCoordinated(BrokerConnection connection, in PendingRequest request, long nowNs);

    private bool IsSound(in PendingRequest request, DecodeError error)
    {
        if (error.IsError)
        {
            Context.Errors.Count($"an answer to {request.Api} cannot be read");
        }

        return !error.IsError;
    }
}

/// <summary>Whom FindCoordinator is asked for; the numbers are the protocol's.</summary>
internal enum CoordinatorKind
{
    Group = 0,
    Transaction = 1,
}
