namespace Millrace.Network;

/// <summary>Why a connection was closed or not taken.</summary>
public enum CloseReason
{
    None = 0,

    /// <summary>The client closed it.</summary>
    PeerClosed,

    /// <summary>The client or the network broke it.</summary>
    PeerReset,

    /// <summary>Nothing happened for the idle time.</summary>
    Idle,

    /// <summary>The client does not take its responses.</summary>
    SlowReader,

    /// <summary>The client does not finish a frame that it began.</summary>
    SlowWriter,

    /// <summary>A frame declares more bytes than allowed.</summary>
    FrameTooLarge,

    /// <summary>A frame declares a length of zero or less.</summary>
    FrameLengthInvalid,

    /// <summary>A file range that a response promised could not be read.</summary>
    FileFailed,

    /// <summary>The room above wished so.</summary>
    Requested,

    /// <summary>The server stops.</summary>
    Stopping,

    /// <summary>Refused: too many connections in all.</summary>
    TooManyConnections,

    /// <summary>Refused: too many connections on this listener.</summary>
    TooManyOnListener,

    /// <summary>Refused: too many connections from this address.</summary>
    TooManyFromAddress,

    /// <summary>Refused: the process has no descriptor left.</summary>
    OutOfDescriptors,

    /// <summary>Refused: the kernel could not take the socket into service.</summary>
    SystemFailure,
}
