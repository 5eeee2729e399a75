using Millrace.Base;

namespace Millrace.Base.Tests;

public sealed class ClockTests
{
    [Fact]
    public void The_machines_monotonic_clock_never_goes_back()
    {
        IClock clock = SystemClock.Instance;
        long last = clock.MonotonicNs;
        for (int round = 0; round < 1000; round++)
        {
            long now = clock.MonotonicNs;
            Assert.True(now >= last);
            last = now;
        }

        Assert.True(clock.MonotonicMs >= last / IClock.NanosecondsPerMillisecond);
        Assert.True(clock.WallMs > 1_700_000_000_000);
    }

    [Fact]
    public void A_manual_clock_moves_only_when_told()
    {
        ManualClock clock = new(wallMs: 1000);
        Assert.Equal(1000, clock.WallMs);
        Assert.Equal(0, clock.MonotonicNs);
        clock.Advance(250);
        Assert.Equal(1250, clock.WallMs);
        Assert.Equal(250, ((IClock)clock).MonotonicMs);
        clock.JumpWallTo(5);
        Assert.Equal(5, clock.WallMs);
        Assert.Equal(250, ((IClock)clock).MonotonicMs);
        Assert.Throws<InvariantException>(() => clock.Advance(-1));
    }
}
