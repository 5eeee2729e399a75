using Millrace.Fuzz;

namespace Millrace.Protocol.Tests.Hostile;

/// <summary>Every fuzz entry point, with bytes by lot and with Kafka's files a few bytes changed.</summary>
public sealed class FuzzTargetTests
{
    private const int Seed = 271_828;

    public static TheoryData<string> Targets() => [.. FuzzTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Bytes_by_lot_break_no_decoder(string name)
    {
        Assert.True(FuzzTargets.TryFind(name, out FuzzTarget? target));
        target([]);
        Random random = new(Seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);

            // Small bytes are lengths and counts that go somewhere; large ones end most inputs at once.
            if (round % 2 == 0)
            {
                for (int at = 0; at < bytes.Length; at++)
                {
                    bytes[at] &= 0x0f;
                }
            }

            target(bytes);
        }
    }

    [SharedFact]
    [Trait("Data", "golden")]
    public void Kafkas_files_with_changed_bytes_break_no_reader_of_files()
    {
        Random random = new(Seed);
        int files = 0;
        string folder = Path.Join(SharedMaterial.Golden, "files", "log-dir");
        foreach (string path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            byte[] original = File.ReadAllBytes(path);
            if (original.Length is 0 or > 16 * 1024)
            {
                continue;
            }

            files++;
            StorageTargets.All(original);
            for (int round = 0; round < 50; round++)
            {
                byte[] changed = original[..random.Next(original.Length / 2, original.Length + 1)];
                for (int change = random.Next(4); change > 0 && changed.Length > 0; change--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                StorageTargets.All(changed);
            }
        }

        Assert.NotEqual(0, files);
    }
}
