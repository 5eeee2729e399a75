namespace Millrace.Protocol;

/// <summary>Which kinds of node serve an API.</summary>
[Flags]
public enum ApiListeners : byte
{
    None = 0,
    Broker = 1,
    Controller = 2,
    Both = Broker | Controller,
}
