using System.Diagnostics;
using System.Globalization;

namespace Millrace.Clients.Tests;

/// <summary>kcat as the Debian package has it (librdkafka).</summary>
[Trait("Kind", "clients")]
public sealed class KcatTests(ServedBroker broker) : IClassFixture<ServedBroker>
{
    [KcatTheory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public void Lines_come_back_through_every_codec(string codec)
    {
        string topic = $"kcat-{codec}";
        string[] lines = [.. Enumerable.Range(0, 2000).Select(line => $"{line}: some words to be squeezed")];
        Produce(Text(lines), "-t", topic, "-z", codec);

        Assert.Equal(lines, Consume("-t", topic, "-o", "beginning", "-e"));
        Assert.Equal(lines[^5..], Consume("-t", topic, "-o", "-5", "-e"));
        Assert.Equal(lines[700..703], Consume("-t", topic, "-o", "700", "-c", "3"));
    }

    [KcatFact]
    public void Keys_headers_nulls_and_partitions_come_back()
    {
        Produce(Text(["a|first", "b|", "|third"]), "-t", "kcat-keys", "-K", "|", "-Z", "-H", "n=1", "-p", "0");

        Assert.Equal(
            ["0/0 a first n=1 5", "0/1 b  n=1 -1", "0/2  third n=1 5"],
            Consume("-t", "kcat-keys", "-o", "beginning", "-e", "-f", "%p/%o %k %s %h %S\n"));
    }

    [KcatFact]
    public void Offsets_are_found_by_time()
    {
        long before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        Produce(Text(["early"]), "-t", "kcat-time");
        string[] stamped = Consume("-t", "kcat-time", "-o", "beginning", "-e", "-f", "%T\n");
        long written = long.Parse(Assert.Single(stamped), CultureInfo.InvariantCulture);
        Assert.InRange(written, before, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

        Assert.Equal(["kcat-time [0] offset 0"], Kcat(null, "-Q", "-t", $"kcat-time:0:{written}"));
        Assert.Equal(["kcat-time [0] offset 1"], Kcat(null, "-Q", "-t", "kcat-time:0:-1"));
        Assert.Equal(["early"], Consume("-t", "kcat-time", "-o", $"s@{written}", "-e"));
        Assert.Empty(Consume("-t", "kcat-time", "-o", "beginning", "-o", $"e@{written}", "-e"));
    }

    [KcatFact]
    public void The_listing_names_this_broker_and_the_topic()
    {
        Produce(Text(["one"]), "-t", "kcat-list");
        string[] lines = Kcat(null, "-L", "-t", "kcat-list");

        Assert.Contains($"  broker 1 at {broker.Address} (controller)", lines);
        Assert.Contains("  topic \"kcat-list\" with 1 partitions:", lines);
        Assert.Contains("    partition 0, leader 1, replicas: 1, isrs: 1", lines);
    }

    [KcatFact]
    public void An_idempotent_producer_writes_each_line_once()
    {
        string[] lines = [.. Enumerable.Range(0, 5000).Select(line => $"{line}")];
        Produce(Text(lines), "-t", "kcat-idempotent", "-X", "enable.idempotence=true", "-X", "batch.num.messages=50");

        Assert.Equal(lines, Consume("-t", "kcat-idempotent", "-o", "beginning", "-e"));
    }

    private static string Text(string[] lines) => string.Join('\n', lines) + "\n";

    private void Produce(string text, params string[] arguments) => Kcat(text, ["-P", .. arguments]);

    private string[] Consume(params string[] arguments) => Kcat(null, ["-C", "-q", .. arguments]);

    private string[] Kcat(string? input, params string[] arguments)
    {
        ProcessStartInfo start = new("kcat", ["-b", broker.Address, .. arguments]);
        string output = ProgramRun.Of(start, input).MustEndWell().Output;
        return output.Length == 0 ? [] : output.TrimEnd('\n').Split('\n');
    }
}
