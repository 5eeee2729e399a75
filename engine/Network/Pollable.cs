namespace Millrace.Network;

/// <summary>Something with a descriptor that a reactor waits on: a connection, a listener, its own wake-up.</summary>
public abstract class Pollable
{
    private protected Pollable()
    {
    }

    /// <summary>The descriptor, -1 once closed.</summary>
    internal int Descriptor { get; private protected set; } = -1;

    /// <summary>Place in the reactor's table, with its generation: what epoll reports back.</summary>
    internal ulong Token { get; set; }

    /// <summary>Called on the reactor's thread while the descriptor is ready (level-triggered).</summary>
    internal abstract void OnReady(uint events);
}
