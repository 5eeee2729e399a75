using Millrace.Base;

namespace Millrace.Base.Tests;

public sealed class DeadlineQueueTests
{
    private readonly DeadlineQueue queue = new();
    private readonly List<int> expired = [];

    [Fact]
    public void Deadlines_expire_in_order_of_time_and_of_arming_within_a_millisecond()
    {
        foreach ((int id, long dueMs) in new[] { (1, 30L), (2, 10L), (3, 20L), (4, 10L), (5, 31L) })
        {
            queue.Arm(new Recorder(id, expired), dueMs);
        }

        Assert.Equal(10, queue.NextDueMs);
        Assert.Equal(4, queue.ExpireDue(30));
        Assert.Equal([2, 4, 3, 1], expired);
        Assert.Equal(31, queue.NextDueMs);
    }

    [Fact]
    public void An_empty_queue_is_never_due()
    {
        Assert.Equal(long.MaxValue, queue.NextDueMs);
        Assert.Equal(0, queue.ExpireDue(long.MaxValue));
    }

    [Fact]
    public void A_deadline_that_is_armed_again_expires_once_at_its_new_time()
    {
        Recorder deadline = new(1, expired);
        queue.Arm(deadline, 10);
        queue.Arm(deadline, 50);
        Assert.Equal(0, queue.ExpireDue(49));
        Assert.True(deadline.IsArmed);
        queue.Arm(deadline, 20);
        Assert.Equal(1, queue.ExpireDue(20));
        Assert.False(deadline.IsArmed);
        Assert.Equal([1], expired);
    }

    [Fact]
    public void A_cancelled_deadline_never_expires()
    {
        Recorder deadline = new(1, expired);
        queue.Arm(deadline, 10);
        Assert.True(queue.Cancel(deadline));
        Assert.False(queue.Cancel(deadline));
        Assert.Equal(0, queue.ExpireDue(100));
        Assert.Empty(expired);
    }

    [Fact]
    public void A_deadline_that_arms_itself_in_the_past_neither_keeps_the_turn_nor_starves_the_others()
    {
        Rearming selfish = new(queue, dueMs: 0);
        queue.Arm(selfish, 0);
        queue.Arm(new Recorder(1, expired), 5);
        Assert.Equal(2, queue.ExpireDue(10));
        Assert.Equal(1, selfish.Count);
        Assert.Equal([1], expired);
        Assert.Equal(1, queue.ExpireDue(10));
        Assert.Equal(2, selfish.Count);
    }

    [Fact]
    public void A_turn_expires_no_more_than_its_share()
    {
        for (int id = 0; id < 10; id++)
        {
            queue.Arm(new Recorder(id, expired), 1);
        }

        Assert.Equal(3, queue.ExpireDue(1, countMax: 3));
        Assert.Equal(7, queue.Count);
        Assert.Equal([0, 1, 2], expired);
    }

    [Fact]
    public void A_deadline_armed_in_one_queue_is_refused_by_another()
    {
        Recorder deadline = new(1, expired);
        queue.Arm(deadline, 10);
        DeadlineQueue other = new();
        Assert.Throws<InvariantException>(() => other.Arm(deadline, 20));
        Assert.Throws<InvariantException>(() => other.Cancel(deadline));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Random_arming_and_cancelling_agrees_with_a_sorted_list(int seed)
    {
        Random random = new(seed);
        Recorder[] deadlines = Enumerable.Range(0, 300).Select(id => new Recorder(id, expired)).ToArray();
        List<(long DueMs, long Order, int Id)> model = [];
        long nowMs = 0;
        for (long step = 0; step < 20_000; step++)
        {
            int id = random.Next(deadlines.Length);
            switch (random.Next(4))
            {
                case 0 or 1:
                    long dueMs = nowMs + random.Next(200);
                    queue.Arm(deadlines[id], dueMs);
                    model.RemoveAll(entry => entry.Id == id);
                    model.Add((dueMs, step, id));
                    break;
                case 2:
                    Assert.Equal(model.RemoveAll(entry => entry.Id == id) == 1, queue.Cancel(deadlines[id]));
                    break;
                default:
                    nowMs += random.Next(20);
                    queue.ExpireDue(nowMs);
                    Assert.Equal(model.Where(entry => entry.DueMs <= nowMs).Order().Select(entry => entry.Id), expired);
                    model.RemoveAll(entry => entry.DueMs <= nowMs);
                    expired.Clear();
                    break;
            }

            Assert.Equal(model.Count, queue.Count);
        }
    }

    [Fact]
    public void Arming_again_and_expiring_allocate_nothing()
    {
        Rearming[] deadlines = Enumerable.Range(0, 1000)
            .Select(_ => new Rearming(queue, dueMs: long.MaxValue))
            .ToArray();
        foreach (Rearming deadline in deadlines)
        {
            queue.Arm(deadline, 1);
        }

        queue.ExpireDue(1);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 2; round < 50; round++)
        {
            foreach (Rearming deadline in deadlines)
            {
                queue.Arm(deadline, round);
            }

            queue.ExpireDue(round);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.All(deadlines, deadline => Assert.Equal(49, deadline.Count));
    }

    private sealed class Recorder(int id, List<int> expired) : Deadline
    {
        protected internal override void Expire(long nowMs) => expired.Add(id);
    }

    private sealed class Rearming(DeadlineQueue queue, long dueMs) : Deadline
    {
        public int Count { get; private set; }

        protected internal override void Expire(long nowMs)
        {
            Count++;
            queue.Arm(this, dueMs);
        }
    }
}
