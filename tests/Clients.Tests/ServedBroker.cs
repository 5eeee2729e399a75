namespace Millrace.Clients.Tests;

/// <summary>
/// One broker for the tests of a class, on a directory of its own; it starts when the first of them asks for it, and
/// has to stop cleanly when they are through.
/// </summary>
public sealed class ServedBroker : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-clients-").FullName;
    private readonly Lock starting = new();
    private RunningServer? server;

    /// <summary>Host and port.</summary>
    public string Address
    {
        get
        {
            MustServe();
            return Server.Address;
        }
    }

    /// <summary>Fails, with its last words, if the broker is gone.</summary>
    public void MustServe()
    {
        if (Server.HasExited)
        {
            throw new InvalidOperationException($"the broker ended:\n{LastWords}");
        }
    }

    /// <summary>The end of its log.</summary>
    public string LastWords => string.Join('\n', Server.Log.Split('\n').TakeLast(20));

    private RunningServer Server
    {
        get
        {
            lock (starting)
            {
                return server ??= new RunningServer(folder, BrokerSettings.AsArguments);
            }
        }
    }

    public void Dispose()
    {
        if (server is { HasExited: false })
        {
            (int exitCode, string errors) = server.Stop();
            server.Dispose();
            if (exitCode != 0)
            {
                throw new InvalidOperationException($"the broker's stop ended with {exitCode}:\n{errors}");
            }
        }

        Directory.Delete(folder, recursive: true);
    }
}
