using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Broker.Tests;

public class LoggerAlterationTests
{
    private readonly LogLevels levels = new(new NoLog(), new ManualClock());

    public LoggerAlterationTests() => levels.Area("Storage");

    [Fact]
    public void Levels_are_set_and_given_back_to_the_root()
    {
        var error = Apply(new("root", ConfigOperation.Set, "WARN"), new("Storage", ConfigOperation.Set, "debug"));
        Assert.False(error.IsError);
        Assert.Equal(LogLevel.Debug, levels.Area("Storage").Level);
        Assert.False(Apply(new ConfigChange("Storage", ConfigOperation.Delete, null)).IsError);
        Assert.Equal(LogLevel.Warn, levels.Area("Storage").Level);
    }

    [Theory]
    [InlineData("Nowhere", ConfigOperation.Set, "DEBUG", ErrorCode.InvalidConfig, "Logger Nowhere does not exist!")]
    [InlineData("Storage", ConfigOperation.Append, "DEBUG", ErrorCode.InvalidRequest,
        "APPEND operation is not allowed for the BROKER_LOGGER resource")]
    [InlineData("root", ConfigOperation.Delete, null, ErrorCode.InvalidRequest,
        "Removing the log level of the root logger is not allowed")]
    [InlineData("Storage", ConfigOperation.Set, "NOPE", ErrorCode.InvalidConfig, "Cannot set the log level of " +
        "Storage to " +
        "NOPE as it is not a supported log level. Valid log levels are FATAL, ERROR, WARN, INFO, DEBUG, TRACE, OFF")]
    public void One_bad_change_refuses_all(
        string name, ConfigOperation operation, string? value, ErrorCode code, string message)
    {
        var error = Apply(new("root", ConfigOperation.Set, "OFF"), new(name, operation, value));
        Assert.Equal((code, message), (error.Code, error.Message));
        Assert.Equal("INFO", levels.Describe()["root"]);
    }

    [Fact]
    public void Validating_changes_nothing()
    {
        var error = LoggerAlteration.Apply(levels, [new("root", ConfigOperation.Set, "OFF")], validateOnly: true);
        Assert.False(error.IsError);
        Assert.Equal("INFO", levels.Describe()["root"]);
    }

    private ConfigError Apply(params ConfigChange[] changes) =>
        LoggerAlteration.Apply(levels, changes, validateOnly: false);

    private sealed class NoLog : ILog
    {
        public void Write(LogLevel level, string area, ReadOnlySpan<char> message)
        {
        }
    }
}
