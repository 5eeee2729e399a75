namespace Millrace.Network;

/// <summary>
/// Where the network room says what an operator should know. Called from any reactor's thread; must not block.
/// </summary>
public interface INetworkLog
{
    /// <summary>
    /// One line about a client that was refused or cut off, or about listening itself. Already rate-limited.
    /// </summary>
    void Warn(string line);
}
