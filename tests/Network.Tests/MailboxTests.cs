namespace Millrace.Network.Tests;

public sealed class MailboxTests
{
    [Fact]
    public void Items_of_each_thread_run_once_and_in_the_order_of_their_posting()
    {
        const int threads = 4;
        const int each = 20_000;
        int[] next = new int[threads];
        int outOfOrder = 0;
        using TestServer server = new(FrameTests.Echo);
        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, own =>
        {
            for (int number = 0; number < each; number++)
            {
                server.Reactor.Post(new Numbered(number, ran =>
                {
                    outOfOrder += ran == next[own] ? 0 : 1;
                    next[own]++;
                }));
            }
        });
        TestServer.Until(() => server.Ask(_ => next.Sum()) == threads * each);
        Assert.Equal(0, outOfOrder);
    }

    [Fact]
    public void An_item_may_be_posted_again_once_it_runs_and_not_before()
    {
        using TestServer server = new(FrameTests.Echo, isStarted: false);
        int runs = 0;
        Numbered? item = null;
        item = new Numbered(0, _ =>
        {
            if (++runs < 10)
            {
                server.Reactor.Post(item!);
            }
        });
        server.Reactor.Post(item);
        Assert.Throws<InvalidOperationException>(() => server.Reactor.Post(item));
        server.Server.Start();
        TestServer.Until(() => server.Ask(_ => runs) == 10);
    }

    private sealed class Numbered(int number, Action<int> act) : WorkItem
    {
        protected internal override void Run(Reactor reactor) => act(number);
    }
}
