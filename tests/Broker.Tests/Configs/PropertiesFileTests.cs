using System.Text;

namespace Millrace.Broker.Tests;

public class PropertiesFileTests
{
    [Theory]
    [InlineData("a=b", "a", "b")]
    [InlineData("a:b", "a", "b")]
    [InlineData("a b", "a", "b")]
    [InlineData("  a \t = \t b ", "a", "b ")]
    [InlineData("a==b", "a", "=b")]
    [InlineData("a = : b", "a", ": b")]
    [InlineData("a", "a", "")]
    [InlineData("a\\=b=c", "a=b", "c")]
    [InlineData("a\\ b c", "a b", "c")]
    [InlineData("a=1\\t2\\n3\\r4\\f5\\q", "a", "1\t2\n3\r4\f5q")]
    [InlineData("a=\\u0041\\u00e9", "a", "A\u00e9")]
    [InlineData("a=x\\\ny", "a", "xy")]
    [InlineData("a=x\\\n   y", "a", "xy")]
    [InlineData("a=x\\\r\n# y", "a", "x# y")]
    [InlineData("a=x\\\\\n", "a", "x\\")]
    [InlineData("a=x\\", "a", "x")]
    [InlineData("a\\\n=b", "a", "b")]
    [InlineData("# c\n! d\n\n \t\na=b", "a", "b")]
    [InlineData("a=b#c", "a", "b#c")]
    [InlineData("a=\\\n\n", "a", "")]
    public void One_entry_is_read_as_Java_reads_it(string text, string key, string value)
    {
        Assert.Null(PropertiesFile.Read(Encoding.Latin1.GetBytes(text), out var entries));
        var entry = Assert.Single(entries);
        Assert.Equal((key, value), (entry.Key, entry.Value));
    }

    [Fact]
    public void Every_entry_knows_its_line()
    {
        Assert.Null(PropertiesFile.Read("a=1\r\n#\rb=2\\\n3\nc=4"u8, out var entries));
        Assert.Equal([("a", "1", 1), ("b", "23", 3), ("c", "4", 5)], entries);
    }

    [Fact]
    public void Bytes_are_Latin_1()
    {
        Assert.Null(PropertiesFile.Read([(byte)'a', (byte)'=', 0xE9], out var entries));
        Assert.Equal("\u00e9", entries[0].Value);
    }

    [Theory]
    [InlineData("a=1\nb=\\u12")]
    [InlineData("a=1\nb=\\u12gh")]
    public void A_broken_unicode_escape_is_refused_with_its_line(string text)
    {
        var error = PropertiesFile.Read(Encoding.Latin1.GetBytes(text), out _);
        Assert.StartsWith("line 2: malformed \\u escape", error, StringComparison.Ordinal);
    }
}
