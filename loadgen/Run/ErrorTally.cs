using System.Collections.Concurrent;
using Millrace.Network;
using Millrace.Protocol;

namespace Millrace.Loadgen;

/// <summary>What went wrong in a run, counted by its kind. Any thread.</summary>
internal sealed class ErrorTally
{
    private const int KindsMax = 200;

    private readonly ConcurrentDictionary<string, long> counts = new();

    /// <summary>Kinds with their counts, the most frequent first.</summary>
    public IReadOnlyList<KeyValuePair<string, long>> Counts => [.. counts.OrderByDescending(entry => entry.Value)];

    public long Total => counts.Values.Sum();

    public void Count(string kind, long times = 1)
    {
        if (counts.Count < KindsMax || counts.ContainsKey(kind))
        {
            counts.AddOrUpdate(kind, times, (_, before) => before + times);
        }
    }

    /// <summary>An error code that a broker answered.</summary>
    public void Broker(ApiKey api, ErrorCode code, long times = 1) =>
        Count(
            $"{api}: {(ErrorFacts.IsDefined((short)code) ? ErrorFacts.Of(code).Name : $"error {(short)code}")}", times);

    /// <summary>A connection broke, or could not be made.</summary>
    /// <param name="errno">0 where the broker closed it.</param>
    public void Connection(int errno) => Count(errno == 0
        ? "connection: closed by the broker"
        : $"connection: {Syscalls.Failure(errno, "socket").Message}");
}
