using Millrace.Base;

namespace Millrace.Base.Tests;

public sealed unsafe class BufferPoolTests : IDisposable
{
    private readonly BufferPool pool = new(isGuarded: true);

    public void Dispose() => pool.Dispose();

    [Theory]
    [InlineData(0, Limits.PooledBufferBytesMin)]
    [InlineData(1, Limits.PooledBufferBytesMin)]
    [InlineData(Limits.PooledBufferBytesMin, Limits.PooledBufferBytesMin)]
    [InlineData(Limits.PooledBufferBytesMin + 1, 2 * Limits.PooledBufferBytesMin)]
    [InlineData(100_000, 131_072)]
    [InlineData(Limits.PooledBufferBytesMax, Limits.PooledBufferBytesMax)]
    [InlineData(Limits.PooledBufferBytesMax + 1, Limits.PooledBufferBytesMax + 1)]
    public void A_buffer_has_the_length_asked_for_and_takes_its_size_class(int length, long taken)
    {
        OwnedBuffer buffer = pool.Rent(length);
        Assert.Equal(length, buffer.Length);
        Assert.Equal(length, buffer.Span.Length);
        Assert.Equal(taken, pool.OutstandingBytes);
        Assert.Equal(0, (long)buffer.Pointer % Limits.PooledBufferAlignment);
        buffer.Span.Fill(0x55);
        buffer.Return();
        Assert.Equal(0, pool.OutstandingBytes);
        Assert.Equal(taken > Limits.PooledBufferBytesMax ? 0 : taken, pool.IdleBytes);
    }

    [Fact]
    public void A_returned_buffer_serves_the_next_renter_of_its_size()
    {
        OwnedBuffer first = pool.Rent(5000);
        nint address = (nint)first.Pointer;
        first.Return();
        OwnedBuffer second = pool.Rent(8000);
        Assert.Equal(address, (nint)second.Pointer);
        second.Return();
        Assert.Equal(2, pool.RentedCount);
        Assert.Equal(2, pool.ReturnedCount);
    }

    [Fact]
    public void Idle_memory_stays_within_the_bound()
    {
        using BufferPool small = new(idleBytesMax: 3 * Limits.PooledBufferBytesMin);
        OwnedBuffer[] buffers = Enumerable.Range(0, 10).Select(_ => small.Rent(100)).ToArray();
        foreach (OwnedBuffer buffer in buffers)
        {
            buffer.Return();
        }

        Assert.Equal(3 * Limits.PooledBufferBytesMin, small.IdleBytes);
        Assert.Equal(0, small.OutstandingBytes);
    }

    [Fact]
    public void A_second_return_is_found_in_every_build()
    {
        using BufferPool unguarded = new(isGuarded: false);
        OwnedBuffer buffer = unguarded.Rent(10);
        buffer.Return();
        Assert.Throws<InvariantException>(() => buffer.Return());

        // And also after the memory went to somebody else, or back to the system.
        OwnedBuffer next = unguarded.Rent(10);
        Assert.Throws<InvariantException>(() => buffer.Return());
        next.Return();
        OwnedBuffer giant = unguarded.Rent(Limits.PooledBufferBytesMax + 1);
        giant.Return();
        Assert.Throws<InvariantException>(() => giant.Return());
    }

    [Fact]
    public void Returned_memory_is_poisoned_and_its_handle_refused()
    {
        OwnedBuffer buffer = pool.Rent(Limits.PooledBufferBytesMin);
        byte* start = buffer.Pointer;
        buffer.Span.Clear();
        buffer.Return();
        Assert.False(new ReadOnlySpan<byte>(start, Limits.PooledBufferBytesMin).ContainsAnyExcept((byte)0xDD));
        Assert.Throws<InvariantException>(() => buffer.Span.Length);
    }

    [Fact]
    public void A_write_after_the_return_is_found_by_the_next_renter()
    {
        OwnedBuffer buffer = pool.Rent(100);
        byte* start = buffer.Pointer;
        buffer.Return();
        start[50] = 1;
        Assert.Throws<InvariantException>(() => pool.Rent(100));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(100)]
    [InlineData(Limits.PooledBufferBytesMin)]
    public void A_write_out_of_bounds_is_found_at_the_return(int position)
    {
        OwnedBuffer buffer = pool.Rent(100);
        buffer.Pointer[position] = 1;
        Assert.Throws<InvariantException>(() => buffer.Return());
    }

    [Fact]
    public void Renting_and_returning_allocate_no_managed_memory()
    {
        pool.Rent(100).Return();
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                pool.Rent(100).Return();
            }
        }));
    }

    [Fact]
    public void Many_threads_may_rent_and_pass_buffers_on()
    {
        System.Collections.Concurrent.ConcurrentQueue<OwnedBuffer> passedOn = [];
        Thread[] threads = Enumerable.Range(0, 4).Select(seed => new Thread(() =>
        {
            Random random = new(seed);
            for (int round = 0; round < 2000; round++)
            {
                OwnedBuffer mine = pool.Rent(random.Next(20_000));
                mine.Span.Fill((byte)seed);
                passedOn.Enqueue(mine);
                if (passedOn.TryDequeue(out OwnedBuffer other))
                {
                    other.Return();
                }
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        while (passedOn.TryDequeue(out OwnedBuffer rest))
        {
            rest.Return();
        }

        Assert.Equal(8000, pool.RentedCount);
        Assert.Equal(pool.RentedCount, pool.ReturnedCount);
        Assert.Equal(0, pool.OutstandingBytes);
    }

    [Fact]
    public void A_disposed_pool_keeps_nothing_and_rents_nothing_but_takes_back_what_is_out()
    {
        BufferPool gone = new(isGuarded: true);
        OwnedBuffer buffer = gone.Rent(10);
        gone.Rent(10).Return();
        gone.Dispose();
        Assert.Equal(0, gone.IdleBytes);
        buffer.Return();
        Assert.Equal(0, gone.IdleBytes);
        Assert.Throws<ObjectDisposedException>(() => gone.Rent(10));
    }

    [Fact]
    public void No_buffer_is_empty_and_needs_no_return()
    {
        OwnedBuffer none = default;
        Assert.True(none.IsNone);
        Assert.True(none.Span.IsEmpty);
        none.Return();
    }
}
