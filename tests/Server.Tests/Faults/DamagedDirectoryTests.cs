using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Server.Tests.Faults;

/// <summary>
/// A broker that was killed, and whose files were then damaged: the next start goes on by itself, with every record
/// that is still there, and only those.
/// </summary>
[Trait("Kind", "native")]
[Collection(AloneInTheMachine.Name)]
public sealed class DamagedDirectoryTests : IDisposable
{
    private const string Topic = "damaged";
    private const int Records = 200;
    private const int ValueBytes = 20_000;

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-damaged-").FullName;
    private readonly Random random = new(20261121);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [NativeFact]
    public void A_killed_broker_with_torn_or_damaged_files_starts_with_all_that_is_left()
    {
        string data = Path.Combine(folder, "data");
        List<(long Offset, string Value)> written = WriteAndKill(data);
        (string Name, Action<string> Damage, int Lost)[] damages =
        [
            ("nothing", static _ => { }, 0),
            ("torn tail", partition => Cut(LastOf(partition, "*.log"), random.Next(1, ValueBytes)), 1),
            ("junk behind", partition => Append(LastOf(partition, "*.log"), Noise(random.Next(1, 500))), 0),
            ("zeros behind", partition => Append(LastOf(partition, "*.log"), new byte[4096]), 0),
            ("last batch changed", partition => Flip(LastOf(partition, "*.log"), fromEnd: ValueBytes / 2), 1),
            ("offset indexes changed", partition => ForAll(partition, "*.index", path => Flip(path, fromEnd: 3)), 0),
            ("time indexes gone", partition => ForAll(partition, "*.timeindex", File.Delete), 0),
            ("indexes of noise", partition => ForAll(partition, "*index", path =>
                File.WriteAllBytes(path, Noise(80))), 0),
            ("producer snapshots of noise", partition => ForAll(partition, "*.log", path =>
                File.WriteAllBytes(Path.ChangeExtension(path, ".snapshot"), Noise(80))), 0),
            ("epochs of noise", partition =>
                File.WriteAllBytes(Path.Combine(partition, "leader-epoch-checkpoint"), Noise(40)), 0),
            ("checkpoints of noise", partition => Array.ForEach(
                ["recovery-point", "log-start", "replication"],
                name => File.WriteAllBytes(Path.Combine(partition, "..", $"{name}-offset-checkpoint"), Noise(40))), 0),
            ("names left over", partition =>
            {
                File.WriteAllBytes(Path.Combine(partition, "00000000000000000000.log.cleaned"), Noise(40));
                File.WriteAllBytes(Path.Combine(partition, "00000000000000000007.index.deleted"), Noise(40));
                File.WriteAllBytes(Path.Combine(partition, "leader-epoch-checkpoint.tmp"), Noise(40));
            }, 0),
            ("metadata torn", partition => Append(
                LastOf(Path.Combine(partition, "..", "__cluster_metadata-0"), "*.log"), Noise(30)), 0),
        ];
        foreach ((string name, Action<string> damage, int lost) in damages)
        {
            string copy = Path.Combine(folder, "copy");
            ProgramRun.Of("cp", "-a", data, copy).MustEndWell();
            damage(Path.Combine(copy, $"{Topic}-0"));
            AssertServes(copy, written[..^lost], name);
            Directory.Delete(copy, recursive: true);
        }
    }

    private static List<(long Offset, string Value)> WriteAndKill(string data)
    {
        using RunningServer server = new(data, "--set", "log.segment.bytes=1048576");
        using TopicClient client = new(server.Address);
        Assert.Equal(ErrorCode.None, client.CreateTopic(Topic));
        List<(long Offset, string Value)> written = [];
        for (int index = 0; index < Records; index++)
        {
            string value = $"{index}-{new string('x', ValueBytes)}";
            (ErrorCode error, long offset) = client.Produce(Topic, value);
            Assert.Equal(ErrorCode.None, error);
            written.Add((offset, value));
        }

        // The indexes of full segments are written after the answers: some are to be there, so as to be damaged.
        foreach (string pattern in new[] { "*.index", "*.timeindex" })
        {
            while (Directory.GetFiles(Path.Combine(data, $"{Topic}-0"), pattern).Length == 0)
            {
                Assert.False(server.HasExited, server.Log);
                Thread.Sleep(1);
            }
        }

        server.Kill();
        return written;
    }

    private static void AssertServes(string data, List<(long Offset, string Value)> written, string damage)
    {
        using RunningServer server = new(data);
        Assert.True(server.Address.Length > 0, $"{damage}: {server.Log}");
        using TopicClient client = new(server.Address);
        Assert.True(written.SequenceEqual(client.FetchAll(Topic)), $"{damage}: {server.Log}");
        Assert.Equal((ErrorCode.None, written.Count), client.Produce(Topic, "on"));
        Assert.Equal([(written.Count, "on")], client.Fetch(Topic, written.Count));
        Assert.True(server.Stop().ExitCode == 0, $"{damage}: {server.Log}");
    }

    private static string LastOf(string partition, string pattern) =>
        Directory.GetFiles(partition, pattern).Order(StringComparer.Ordinal).Last();

    private static void ForAll(string folder, string pattern, Action<string> act)
    {
        string[] files = Directory.GetFiles(folder, pattern);
        Assert.NotEmpty(files);
        Array.ForEach(files, act);
    }

    private static void Cut(string path, int bytes)
    {
        using FileStream file = File.OpenWrite(path);
        file.SetLength(file.Length - bytes);
    }

    private static void Append(string path, byte[] bytes) => File.AppendAllBytes(path, bytes);

    private static void Flip(string path, int fromEnd)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length > fromEnd)
        {
            bytes[^fromEnd] ^= 0x10;
            File.WriteAllBytes(path, bytes);
        }
    }

    private byte[] Noise(int count)
    {
        byte[] noise = new byte[count];
        random.NextBytes(noise);
        return noise;
    }
}
