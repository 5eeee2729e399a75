using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Tests.Consume;

public sealed class SequenceCheckTests
{
    [Fact]
    public void Numbers_in_order_are_clean()
    {
        SequenceCheck check = See(0, 1, 2, 3);
        Assert.Equal((4L, 0, 0L, 0L), (check.End, check.Gaps.Count, check.Duplicated, check.OutOfOrder));
    }

    [Fact]
    public void A_number_that_comes_twice_is_a_duplicate() => Assert.Equal(2, See(0, 1, 1, 2, 0).Duplicated);

    [Fact]
    public void A_number_that_comes_late_is_out_of_order_and_not_lost()
    {
        SequenceCheck check = See(0, 3, 1, 2, 4);
        Assert.Equal((2L, 0, 0L), (check.OutOfOrder, check.Gaps.Count, check.Duplicated));
    }

    [Fact]
    public void A_number_that_never_comes_stays_a_gap_whose_neighbours_are_told_apart()
    {
        SequenceCheck check = See(0, 6, 3);
        Assert.Equal([(1, 3), (4, 6)], check.Gaps);
        check.See(3);
        Assert.Equal(1, check.Duplicated);
    }

    [Fact]
    public void What_was_given_up_is_not_lost_and_what_comes_after_the_last_seen_is()
    {
        RecordChecks checks = new();
        PartitionCheck partition = checks.Add(0, 0, producers: 1);
        SendLedger ledger = new(1);
        ProducerPartition sent = new(0, 0, 0);
        ledger.Sent(sent, 10);
        ledger.Failed(sent, 4, 2);
        byte[] value = new byte[40];
        foreach (long sequence in new long[] { 0, 1, 3, 6 })
        {
            RecordStamp stamp = new(9, 0, sequence, 0);
            stamp.Write(value.AsSpan(value.Length - RecordStamp.Size), Base.Crc32C.Compute(value.AsSpan(0, 12)));
            Assert.True(RecordStamp.TryRead(value, out RecordStamp read));
            Assert.Equal(stamp, read);
            partition.See(value, read);
        }

        VerifyOutcome outcome = checks.Sum(ledger);
        Assert.Equal(4, outcome.Checked);
        Assert.Equal(4, outcome.Lost);
        Assert.Equal(8, ledger.Delivered);
        value[3] ^= 1;
        Assert.False(RecordStamp.IsIntact(value));
    }

    private static SequenceCheck See(params long[] numbers)
    {
        SequenceCheck check = new();
        foreach (long number in numbers)
        {
            check.See(number);
        }

        return check;
    }
}
