using Millrace.Storage.Simulation;

namespace Millrace.Storage.Tests;

public sealed class GroupCommitTests
{
    private sealed class Waiter(int number, List<(int Number, IoError Error)> told) : SyncWaiter
    {
        public override void OnSynced(IoError error)
        {
            lock (told)
            {
                told.Add((number, error));
                Monitor.PulseAll(told);
            }
        }
    }

    private readonly SimulatedFileSystem disk = new();
    private readonly List<(int Number, IoError Error)> told = [];
    private readonly List<IoError> failures = [];

    private IFile Open(string path)
    {
        Assert.Equal(IoError.None, disk.Open(path, OpenKind.OpenOrCreate, out IFile? file));
        return file!;
    }

    [Fact]
    public void One_sync_serves_all_who_wait_for_a_file_in_the_order_they_came()
    {
        using GroupCommit commit = new(failures.Add);
        IFile first = Open("/a");
        IFile second = Open("/b");
        for (int number = 0; number < 64; number++)
        {
            commit.Enqueue(new Waiter(number, told) { File = number % 8 == 0 ? second : first });
        }

        Assert.Equal(64, commit.Turn());
        Assert.Equal(2, disk.Faults.Count(Operation.Sync));
        Assert.Equal(Enumerable.Range(0, 64).Select(number => (number, IoError.None)), told);
        Assert.Equal(0, commit.Turn());
        Assert.Equal((2L, 64L), (commit.Syncs, commit.Answered));
    }

    [Fact]
    public void What_is_answered_survives_a_power_cut()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            SimulatedFileSystem machine = new();
            machine.Put("/a", []);
            machine.Open("/a", OpenKind.ReadWrite, out IFile? file);
            using GroupCommit commit = new(failures.Add);
            file!.Write(0, "answered"u8);
            commit.Enqueue(new Waiter(1, told) { File = file });
            commit.Turn();
            file.Write(8, "not answered"u8);
            machine.Crash(new Random(seed));
            Assert.StartsWith(
                "answered", System.Text.Encoding.ASCII.GetString(machine.Peek("/a")!), StringComparison.Ordinal);
        }

        Assert.Empty(failures);
    }

    [Fact]
    public void A_failed_sync_is_never_tried_again_and_nobody_is_told_success_after_it()
    {
        using GroupCommit commit = new(failures.Add);
        IFile first = Open("/a");
        IFile second = Open("/b");
        commit.Enqueue(new Waiter(1, told) { File = second });
        commit.Enqueue(new Waiter(2, told) { File = first });
        commit.Enqueue(new Waiter(3, told) { File = first });
        commit.Enqueue(new Waiter(4, told) { File = Open("/c") });
        disk.Faults.FailNth(Operation.Sync, 2, IoError.MediaFailure);
        commit.Turn();
        Assert.Equal(
            [(1, IoError.None), (2, IoError.MediaFailure), (3, IoError.MediaFailure), (4, IoError.MediaFailure)], told);
        commit.Enqueue(new Waiter(5, told) { File = first });
        commit.Turn();
        Assert.Equal((5, IoError.MediaFailure), told[^1]);
        Assert.Equal(2, disk.Faults.Count(Operation.Sync));
        Assert.Equal([IoError.MediaFailure], failures);
        Assert.Equal(IoError.MediaFailure, commit.Failure);
    }

    [Fact]
    public void Many_threads_are_all_answered_by_its_own_thread()
    {
        const int threads = 8;
        const int appends = 2000;
        IFile file = Open("/a");
        using (GroupCommit commit = new(failures.Add))
        {
            commit.Start("commit");
            Thread[] appenders = new Thread[threads];
            for (int thread = 0; thread < threads; thread++)
            {
                int own = thread;
                appenders[thread] = new Thread(() =>
                {
                    for (int append = 0; append < appends; append++)
                    {
                        commit.Enqueue(new Waiter((own * appends) + append, told) { File = file });
                    }
                });
                appenders[thread].Start();
            }

            Array.ForEach(appenders, appender => appender.Join());
            lock (told)
            {
                while (told.Count < threads * appends)
                {
                    Monitor.Wait(told);
                }
            }
        }

        Assert.Equal(threads * appends, told.Select(answer => answer.Number).Distinct().Count());
        Assert.All(told, answer => Assert.Equal(IoError.None, answer.Error));
    }

    [Fact]
    public void What_is_queued_at_the_end_is_answered()
    {
        IFile file = Open("/a");
        GroupCommit commit = new(failures.Add);
        commit.Enqueue(new Waiter(1, told) { File = file });
        commit.Start("commit");
        commit.Dispose();
        Assert.Equal([(1, IoError.None)], told);
    }
}
