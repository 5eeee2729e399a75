namespace Millrace.Coordination.Groups;

/// <summary>
/// An answer that a client waits for; the first one counts. Owned by the loop that its request went to.
/// </summary>
internal sealed class Reply<TResponse>(Action<TResponse> send)
{
    public bool IsDone { get; private set; }

    public void Send(TResponse response)
    {
        if (!IsDone)
        {
            IsDone = true;
            send(response);
        }
    }
}
