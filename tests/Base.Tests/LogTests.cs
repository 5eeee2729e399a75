using System.Text;
using System.Text.Json;

namespace Millrace.Base.Tests;

public class LogTests
{
    private readonly ManualClock clock = new();
    private readonly MemoryLog memory = new();

    [Fact]
    public void A_line_below_the_level_is_not_even_formatted()
    {
        var area = new LogLevels(memory, clock).Area("Storage");
        var formatted = 0;
        area.Debug($"{++formatted}");
        Assert.Equal(0, formatted);
        Assert.Empty(memory.Lines);
        area.Info($"{++formatted} of {2:x2}");
        area.Warn($"w{1}");
        area.Error($"e{1}");
        Assert.Equal(["INFO Storage 1 of 02", "WARN Storage w1", "ERROR Storage e1"], memory.Lines);
    }

    [Fact]
    public void Levels_change_at_run_time_and_areas_follow_the_root()
    {
        var levels = new LogLevels(memory, clock);
        var storage = levels.Area("Storage");
        var network = levels.Area("Network");
        Assert.True(levels.TrySet("Storage", LogLevel.Debug));
        Assert.True(levels.TrySet(LogLevels.Root, LogLevel.Error));
        Assert.True(storage.IsOn(LogLevel.Debug));
        Assert.False(network.IsOn(LogLevel.Warn));
        Assert.Equal(["Network=ERROR", "Storage=DEBUG", "root=ERROR"],
            levels.Describe().Select(one => $"{one.Key}={one.Value}"));
        Assert.True(levels.TryReset("Storage"));
        Assert.False(storage.IsOn(LogLevel.Warn));
        Assert.False(levels.TrySet("Nowhere", LogLevel.Debug));
        Assert.False(levels.TryReset("Nowhere"));
        Assert.Equal(LogLevel.Error, levels.Area("Later").Level);
    }

    [Fact]
    public void An_area_that_is_off_says_nothing()
    {
        var levels = new LogLevels(memory, clock, LogLevel.Off);
        levels.Area("a").Write(LogLevel.Fatal, "x");
        levels.Area("a").Write(LogLevel.Off, "x");
        Assert.Empty(memory.Lines);
    }

    [Fact]
    public void Equal_events_are_logged_once_per_interval_with_the_number_left_out()
    {
        var area = new LogLevels(memory, clock).Area("Network");
        for (var i = 0; i < 5; i++)
            area.WriteLimited(LogLevel.Warn, "refused", 1000, $"refused {i}");
        area.WriteLimited(LogLevel.Warn, "other", 1000, "other");
        clock.Advance(1000);
        area.WriteLimited(LogLevel.Warn, "refused", 1000, "refused again");
        clock.Advance(1000);
        area.WriteLimited(LogLevel.Warn, "refused", 1000, "refused last");
        Assert.Equal(
            [
                "WARN Network refused 0",
                "WARN Network other",
                "WARN Network refused again (4 more like it were not logged)",
                "WARN Network refused last",
            ],
            memory.Lines);
    }

    [Fact]
    public void Many_keys_take_bounded_memory_and_each_is_logged()
    {
        var area = new LogLevels(memory, clock).Area("Network");
        for (var i = 0; i < 3000; i++)
            area.WriteLimited(LogLevel.Warn, $"key{i}", 1000, "x");
        Assert.Equal(3000, memory.Lines.Count);
    }

    [Fact]
    public void A_text_line_has_time_level_area_and_stays_one_line()
    {
        using var stream = new MemoryStream();
        var log = new StreamLog(stream, clock, LogFormat.Text);
        log.Write(LogLevel.Warn, "Network", "topic a\nb\r\t\u0001\u00e9");
        var time = DateTimeOffset.FromUnixTimeMilliseconds(clock.WallMs).ToString("yyyy-MM-ddTHH:mm:ss.fffZ");
        Assert.Equal($"{time} WARN  Network: topic " +
            "a\\nb\\r\\t\\u0001\u00e9\n", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void A_json_line_is_one_object_with_the_same_parts()
    {
        using var stream = new MemoryStream();
        var log = new StreamLog(stream, clock, LogFormat.Json);
        log.Write(LogLevel.Info, "Server", "ready \"quoted\"\n");
        log.Write(LogLevel.Error, "Server", "second");
        var lines = Encoding.UTF8.GetString(stream.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        using var first = JsonDocument.Parse(lines[0]);
        Assert.Equal("INFO", first.RootElement.GetProperty("level").GetString());
        Assert.Equal("Server", first.RootElement.GetProperty("area").GetString());
        Assert.Equal("ready \"quoted\"\n", first.RootElement.GetProperty("message").GetString());
        Assert.Equal(clock.WallMs, first.RootElement.GetProperty("time").GetDateTimeOffset().ToUnixTimeMilliseconds());
    }

    [Fact]
    public void Every_level_has_a_name_that_reads_back()
    {
        foreach (var level in Enum.GetValues<LogLevel>())
        {
            Assert.True(LogLevels.TryParse(LogLevels.NameOf(level), out var read));
            Assert.Equal(level, read);
        }

        Assert.False(LogLevels.TryParse("NOPE", out _));
    }

    private sealed class MemoryLog : ILog
    {
        public List<string> Lines { get; } = [];

        public void Write(LogLevel level, string area, ReadOnlySpan<char> message) =>
            Lines.Add($"{LogLevels.NameOf(level)} {area} {message}");
    }
}
