namespace Millrace.Loadgen;

/// <summary>Closed → Connecting → Open → Closed; a connection that cannot be made goes back from the second.</summary>
internal enum ConnectionState
{
    Closed,
    Connecting,
    Open,
}
