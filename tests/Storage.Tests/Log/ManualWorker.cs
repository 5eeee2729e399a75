using Millrace.Storage;

namespace Millrace.Storage.Tests.Log;

/// <summary>The worker's jobs, done when the test says so.</summary>
internal sealed class ManualWorker : ILogWorker
{
    private readonly Queue<LogJob> jobs = new();
    private readonly List<(LogJob Job, long DelayMs)> later = [];

    public int Waiting => jobs.Count;

    public int WaitingForTime => later.Count;

    public void Post(LogJob job) => jobs.Enqueue(job);

    public void PostLater(LogJob job, long delayMs) => later.Add((job, delayMs));

    public void RunAll()
    {
        while (jobs.TryDequeue(out LogJob? job))
        {
            job.Run();
        }
    }

    public void RunDelayed()
    {
        foreach ((LogJob job, _) in later)
        {
            job.Run();
        }

        later.Clear();
    }

    public void Forget()
    {
        jobs.Clear();
        later.Clear();
    }
}
