using Millrace.Loadgen.Measurement;

namespace Millrace.Loadgen.Tests.Measurement;

public sealed class ProcTextTests
{
    private const string Stat =
        "4711 (a) b (c d) S 1 4711 4711 0 -1 4194560 3000 0 12 0 153 47 8 9 20 0 6 0 1195419 3133440 394 0";

    private const string NetDev = """
        Inter-|   Receive                                                |  Transmit
         face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier
            lo: 217907410026 14103301    0  604    0     0          0         0 217907410026 14103301    0    0    0
          eth0:806420064   18840    0    0    0     0          0         0  1048412   13159    0    0    0
        """;

    [Fact]
    public void Processor_ticks_are_found_behind_a_name_with_spaces_and_parentheses() =>
        Assert.Equal((153L, 47L), ProcText.CpuTicks(Stat));

    [Fact]
    public void A_cut_off_stat_has_no_ticks() => Assert.Equal((-1L, -1L), ProcText.CpuTicks("4711 (x) S 1 2"));

    [Theory]
    [InlineData("VmRSS:\t    1688 kB\nVmHWM:\t    9999 kB\n", "VmRSS", 1688)]
    [InlineData("VmHWM:\t    9999 kB\nVmRSS:\t    1688 kB", "VmRSS", 1688)]
    [InlineData("usage_usec 12345\nuser_usec 12000\n", "user_usec", 12000)]
    [InlineData("nonvoluntary_ctxt_switches:\t7\nvoluntary_ctxt_switches:\t5\n", "voluntary_ctxt_switches", 5)]
    [InlineData("VmRSSX:\t 5 kB\n", "VmRSS", -1)]
    [InlineData("", "VmRSS", -1)]
    public void A_field_is_the_number_behind_its_whole_name(string text, string name, long expected) =>
        Assert.Equal(expected, ProcText.Field(text, name));

    [Fact]
    public void Network_bytes_are_summed_over_interfaces_even_without_a_space_behind_the_colon() =>
        Assert.Equal((217907410026L + 806420064, 217907410026L + 1048412), ProcText.NetworkBytes(NetDev));

    [Fact]
    public void Bytes_of_all_devices_of_a_group_are_summed() =>
        Assert.Equal(
            30,
            ProcText.DeviceBytes("254:0 rbytes=1 wbytes=10 rios=1\n254:16 rbytes=2 wbytes=20 dbytes=0\n", "wbytes"));

    [Theory]
    [InlineData("SigIgn:\t0000000000000200\nSigCgt:\t0000000000000200\n", 10, true)]
    [InlineData("SigIgn:\t0000000000000200\nSigCgt:\t0000000000000100\n", 10, false)]
    [InlineData("", 10, false)]
    public void A_signal_is_caught_where_its_bit_is_in_the_mask(string status, int signal, bool isCaught) =>
        Assert.Equal(isCaught, ProcText.CatchesSignal(status, signal));

    [Fact]
    public void The_time_on_a_processor_is_the_first_number() =>
        Assert.Equal(4081384, ProcText.RunNs("4081384 12 1\n"));
}
