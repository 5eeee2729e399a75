namespace Millrace.Network;

/// <summary>
/// The seam to the room above: bytes in, bytes out. Each reactor has a handler of its own, made for it when the server
/// is built and called on its thread only, so a handler needs no lock for what it owns. Nothing here may block.
/// <para>
/// A turn: <see cref="OnFrame"/> for every complete frame of every ready socket, then once <see cref="OnTurnEnd"/>,
/// then the responses that are complete are sent. A turn ends early, and another begins, when the receive buffer is
/// used up.
/// </para>
/// </summary>
public interface IFrameHandler
{
    /// <summary>A connection was taken. <see cref="Connection.Session"/> is free for the handler's use.</summary>
    void OnConnected(Connection connection);

    /// <summary>
    /// A complete frame, without its length. The slot is the handler's until it is completed, which must happen exactly
    /// once, now or at any later time on this thread, also where the connection has gone meanwhile.
    /// </summary>
    /// <param name="frame">
    /// The bytes where they were received. They may be changed in place, and stay as they are, at the same address,
    /// until <see cref="OnTurnEnd"/> has returned; not a moment longer.
    /// </param>
    void OnFrame(Connection connection, Span<byte> frame, ResponseSlot slot);

    /// <summary>The last moment at which the frames of this turn are valid: write out what refers to them.</summary>
    void OnTurnEnd(Reactor reactor);

    /// <summary>
    /// The connection is gone. Its open slots have already been told (<see cref="IAbandonedRequest"/>).
    /// </summary>
    void OnClosed(Connection connection, CloseReason reason);

    /// <summary>
    /// The server stops and takes no more frames: complete what waits for something other than the disk.
    /// </summary>
    void OnStopping(Reactor reactor);
}

/// <summary>A request that waits, and wants to know when nobody waits for its response any more.</summary>
public interface IAbandonedRequest
{
    /// <summary>
    /// The connection of the slot is closing. The slot must still be completed, now or later; nothing is sent any more.
    /// </summary>
    void OnAbandoned(ResponseSlot slot);

    /// <summary>
    /// The client sends nothing more, and is either gone or waits for what it has asked: nothing tells which. So what
    /// can be answered as it stands is to be completed now.
    /// </summary>
    void OnEndOfStream(ResponseSlot slot);
}

/// <summary>Keeps a file open and in place while ranges of it are on their way to a socket.</summary>
public interface IFileHold
{
    /// <summary>One range is sent or will never be. Called once per range appended, on the reactor's thread.</summary>
    void Release();
}

/// <summary>A range of an open file that is sent without being read into this process.</summary>
/// <param name="Descriptor">Open for reading until <paramref name="Hold"/> is released.</param>
/// <param name="Position">First byte in the file.</param>
/// <param name="Count">Bytes; the file must hold them all.</param>
/// <param name="Hold">Told when the range is done with.</param>
public readonly record struct FileRange(int Descriptor, long Position, int Count, IFileHold? Hold);
