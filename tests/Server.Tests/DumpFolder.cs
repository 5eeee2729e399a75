namespace Millrace.Server.Tests;

/// <summary>A folder for one test, gone with it.</summary>
internal sealed class DumpFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("millrace-dump-").FullName;

    /// <summary>Puts bytes under a name into a folder of the name.</summary>
    public string Add(string inFolder, string name, byte[] bytes)
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, inFolder)).FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>The record files of a golden folder, each as the first segment of a partition's folder.</summary>
    public string[] AddGoldenRecords(string goldenFolder) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(SharedMaterial.Golden, "records", goldenFolder), "*.bin")
            .Order(StringComparer.Ordinal)
            .Select(file => Add(
                Path.GetFileNameWithoutExtension(file), "00000000000000000000.log", File.ReadAllBytes(file))),
    ];

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
