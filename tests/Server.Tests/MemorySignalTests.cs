using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Millrace.Base;

namespace Millrace.Server.Tests;

public sealed partial class MemorySignalTests
{
    [Fact]
    public void The_users_signal_writes_a_line_about_memory()
    {
        using MemoryStream written = new();
        LogLevels levels = new(new StreamLog(written, SystemClock.Instance, LogFormat.Text), SystemClock.Instance);
        using PosixSignalRegistration registration = MemorySignal.Answer(levels.Area("server"));
        using Process kill = Process.Start("kill", ["-USR1", $"{Environment.ProcessId}"]);
        kill.WaitForExit();
        SpinWait.SpinUntil(() => written.Length > 0);
        string line = System.Text.Encoding.UTF8.GetString(written.ToArray());
        Assert.Matches(Line(), line);
    }

    [GeneratedRegex(@"memory: [1-9]\d* bytes allocated since the start, \d+ in the managed heap, \d+ collections")]
    private static partial Regex Line();
}
