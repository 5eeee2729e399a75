using Millrace.Protocol;

namespace Millrace.Server.Tests.Faults;

/// <summary>Several log directories, of which one is not there at a start.</summary>
[Trait("Kind", "native")]
public sealed class OfflineDirectoryTests : IDisposable
{
    private const string Properties = "meta.properties";
    private const int Topics = 6;

    private readonly string root = Directory.CreateTempSubdirectory("millrace-offline-").FullName;

    private string First => Path.Combine(root, "first");

    private string Second => Path.Combine(root, "second");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [NativeFact]
    public void A_partition_is_not_begun_anew_elsewhere_and_is_back_with_its_directory()
    {
        using (RunningServer server = new($"{First},{Second}"))
        using (TopicClient client = new(server.Address))
        {
            for (int topic = 0; topic < Topics; topic++)
            {
                Assert.Equal(ErrorCode.None, client.CreateTopic($"t{topic}"));
                Assert.Equal((ErrorCode.None, 0L), client.Produce($"t{topic}", "kept"));
            }

            Assert.Equal(0, server.Stop().ExitCode);
        }

        string[] away = Directory.GetDirectories(Second, "t*-0");
        Assert.Equal(Topics / 2, away.Length);
        string properties = Path.Combine(Second, Properties);
        byte[] whole = File.ReadAllBytes(properties);
        File.WriteAllText(properties, "version=1\nnode.id=no number\n");
        using (RunningServer server = new($"{First},{Second}"))
        using (TopicClient client = new(server.Address))
        {
            foreach (string name in away.Select(TopicOf))
            {
                Assert.NotEqual(ErrorCode.None, client.Produce(name, "elsewhere").Error);
                Assert.False(Directory.Exists(Path.Combine(First, $"{name}-0")));
            }

            // What lies there is not known to be written, which the exit code tells.
            Assert.NotEqual(0, server.Stop().ExitCode);
        }

        File.WriteAllBytes(properties, whole);
        using (RunningServer server = new($"{First},{Second}"))
        using (TopicClient client = new(server.Address))
        {
            foreach (string name in away.Select(TopicOf))
            {
                Assert.Equal([(0L, "kept")], client.FetchAll(name));
                Assert.Equal((ErrorCode.None, 1L), client.Produce(name, "more"));
            }
        }
    }

    private static string TopicOf(string folder) => Path.GetFileName(folder)[..^"-0".Length];
}
