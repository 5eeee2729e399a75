using Millrace.Base;

namespace Millrace.Base.Tests;

public sealed class InvariantTests
{
    [Fact]
    public void A_broken_invariant_says_what_it_means_and_what_was_expected()
    {
        int offset = 3;
        InvariantException failure = Assert.Throws<InvariantException>(
            () => Invariant.That(offset > 5, $"The log ends at {offset}."));
        Assert.Contains("The log ends at 3.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("offset > 5", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void While_it_holds_the_message_is_not_looked_at_and_nothing_is_allocated()
    {
        int looked = 0;
        int Look() => ++looked;
        Invariant.That(looked == 0, $"Looked {Look()} times.");
        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                Invariant.That(round >= 0, "Rounds count up.");
                Invariant.That(round < 100, $"Round {round} is one too many.");
            }
        }));
        Assert.Equal(0, looked);
    }

    [Fact]
    public void The_limits_fit_each_other() => Limits.Validate();
}
