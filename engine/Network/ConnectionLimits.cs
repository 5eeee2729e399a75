namespace Millrace.Network;

/// <summary>
/// Counts connections in all, per listener and per client address, and says which may be taken. Any thread; taken and
/// left once per connection, so a lock is cheap enough.
/// </summary>
public sealed class ConnectionLimits
{
    private const long SecondMs = 1000;

    private readonly object gate = new();
    private readonly Dictionary<NetworkAddress, int> perAddress = [];
    private readonly Dictionary<string, int> perListener = [];
    private Dictionary<NetworkAddress, int> overrides = [];
    private ConnectionLimitSettings settings = new();
    private int total;

    // Of the second that began then.
    private long creationsSinceMs = long.MinValue / 2;
    private int creations;

    internal ConnectionLimits(ConnectionLimitSettings settings) => Update(settings);

    /// <summary>Connections that exist now, over all listeners.</summary>
    public int Total
    {
        get
        {
            lock (gate)
            {
                return total;
            }
        }
    }

    /// <summary>Sets other limits. Connections that are over a lowered one stay.</summary>
    public void Update(ConnectionLimitSettings changed)
    {
        Dictionary<NetworkAddress, int> resolved = [];
        foreach ((System.Net.IPAddress address, int limit) in changed.ConnectionsPerAddressOverrides)
        {
            resolved[NetworkAddress.From(address, 0)] = limit;
        }

        lock (gate)
        {
            settings = changed;
            overrides = resolved;
        }
    }

    /// <summary>Milliseconds until the rate allows another connection; 0 where it does now. One thread.</summary>
    /// <param name="nowMs">The reactor's monotonic clock.</param>
    internal long CreationWaitMs(long nowMs)
    {
        lock (gate)
        {
            if (nowMs - creationsSinceMs >= SecondMs)
            {
                creationsSinceMs = nowMs;
                creations = 0;
            }

            return creations < settings.CreationsPerSecondMax ? 0 : Math.Max(1, creationsSinceMs + SecondMs - nowMs);
        }
    }

    /// <summary>Counts a connection that was taken, whether or not it is then refused. One thread.</summary>
    internal void CountCreation()
    {
        lock (gate)
        {
            creations++;
        }
    }

    /// <summary>Counts a connection in, or says which limit forbids it.</summary>
    /// <param name="limit">The limit that is reached, where it is refused.</param>
    internal CloseReason TryEnter(string listener, NetworkAddress peer, out int limit)
    {
        NetworkAddress address = peer.WithoutPort;
        lock (gate)
        {
            limit = settings.ConnectionsMax;
            if (total >= limit)
            {
                return CloseReason.TooManyConnections;
            }

            int onListener = perListener.GetValueOrDefault(listener);
            limit = settings.ConnectionsPerListenerMax.GetValueOrDefault(listener, int.MaxValue);
            if (onListener >= limit)
            {
                return CloseReason.TooManyOnListener;
            }

            int fromAddress = perAddress.GetValueOrDefault(address);
            limit = overrides.GetValueOrDefault(address, settings.ConnectionsPerAddressMax);
            if (fromAddress >= limit)
            {
                return CloseReason.TooManyFromAddress;
            }

            total++;
            perListener[listener] = onListener + 1;
            perAddress[address] = fromAddress + 1;
            return CloseReason.None;
        }
    }

    /// <summary>Counts a connection out.</summary>
    internal void Leave(string listener, NetworkAddress peer)
    {
        NetworkAddress address = peer.WithoutPort;
        lock (gate)
        {
            total--;
            perListener[listener]--;
            if (--perAddress[address] == 0)
            {
                perAddress.Remove(address);
            }
        }
    }
}
