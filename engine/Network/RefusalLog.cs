using Millrace.Base;

namespace Millrace.Network;

/// <summary>
/// Says once per interval and reason that clients are refused or cut off, with the number of those that were not
/// mentioned: ten thousand hostile connections cost one line. Any thread.
/// </summary>
internal sealed class RefusalLog
{
    private const long IntervalMs = 10_000;

    private readonly INetworkLog log;
    private readonly IClock clock;
    private readonly object gate = new();
    private readonly long[] silentUntilMs = new long[Enum.GetValues<CloseReason>().Length];
    private readonly int[] unmentioned = new int[Enum.GetValues<CloseReason>().Length];

    public RefusalLog(INetworkLog log, IClock clock)
    {
        this.log = log;
        this.clock = clock;
        Array.Fill(silentUntilMs, long.MinValue);
    }

    /// <summary>Mentions an event, or counts it for the next line. Ordinary endings are not mentioned at all.</summary>
    /// <param name="detail">The number that belongs to the reason: a limit, a declared length, milliseconds.</param>
    public void Mention(CloseReason reason, string listener, NetworkAddress peer, long detail)
    {
        if (IsOrdinary(reason))
        {
            return;
        }

        int before;
        lock (gate)
        {
            long now = clock.MonotonicMs;
            if (now < silentUntilMs[(int)reason])
            {
                unmentioned[(int)reason]++;
                return;
            }

            silentUntilMs[(int)reason] = now + IntervalMs;
            before = unmentioned[(int)reason];
            unmentioned[(int)reason] = 0;
        }

        string more = before == 0 ? "" : $" ({before} more for this reason since the last such line)";
        log.Warn($"{(IsRefusal(reason) ? "Refused" : "Closed")} a connection from {peer} on listener {listener}: "
            + $"{Describe(reason, detail)}{more}");
    }

    private static bool IsOrdinary(CloseReason reason) => reason is CloseReason.None or CloseReason.PeerClosed
        or CloseReason.PeerReset or CloseReason.Idle or CloseReason.Requested or CloseReason.Stopping;

    private static bool IsRefusal(CloseReason reason) => reason >= CloseReason.TooManyConnections;

    private static string Describe(CloseReason reason, long detail) => reason switch
    {
        CloseReason.SlowReader => $"it took almost none of its responses for {detail} ms",
        CloseReason.SlowWriter => $"it began a request and sent almost none of it for {detail} ms",
        CloseReason.FrameTooLarge => $"a request declares {detail} bytes, more than socket.request.max.bytes allows",
        CloseReason.FrameLengthInvalid => $"a request declares {detail} bytes; is this a client of another protocol?",
        CloseReason.FileFailed => $"a file could not be read for its response (error {detail}, 0 = it ended early)",
        CloseReason.TooManyConnections => $"max.connections = {detail} is reached",
        CloseReason.TooManyOnListener => $"max.connections = {detail} of the listener is reached",
        CloseReason.TooManyFromAddress => $"max.connections.per.ip = {detail} is reached for its address",
        CloseReason.OutOfDescriptors =>
            $"only {detail} file descriptors may serve clients; raise the limit (ulimit -n)",
        CloseReason.SystemFailure => $"the kernel did not take the socket into service (error {detail})",
        _ => reason.ToString(),
    };
}
