namespace Millrace.Storage.Simulation;

/// <summary>The files of some folders of a simulated disk as they were, to be put back after each damage.</summary>
public sealed class DiskImage
{
    private readonly string[] folders;
    private readonly Dictionary<string, byte[]> files = [];

    private DiskImage(string[] folders) => this.folders = folders;

    /// <summary>What the files hold, by path.</summary>
    public IReadOnlyDictionary<string, byte[]> Files => files;

    public static DiskImage Of(SimulatedFileSystem disk, params string[] folders)
    {
        DiskImage image = new(folders);
        foreach (string path in image.PathsOn(disk))
        {
            image.files[path] = disk.Peek(path)!;
        }

        return image;
    }

    /// <summary>Gives every file its bytes again, and removes those that have come since.</summary>
    public void PutBack(SimulatedFileSystem disk)
    {
        foreach (string path in PathsOn(disk).Where(path => !files.ContainsKey(path)))
        {
            Require(disk.Delete(path), path);
        }

        foreach ((string path, byte[] bytes) in files)
        {
            disk.Put(path, bytes);
        }
    }

    private List<string> PathsOn(SimulatedFileSystem disk)
    {
        List<string> paths = [];
        foreach (string folder in folders)
        {
            List<DirectoryEntry> entries = [];
            Require(disk.List(folder, entries), folder);
            paths.AddRange(entries.Where(entry => !entry.IsDirectory).Select(entry => $"{folder}/{entry.Name}"));
        }

        return paths;
    }

    private static void Require(IoError error, string path)
    {
        if (error != IoError.None)
        {
            throw new InvalidOperationException($"{path}: {error}");
        }
    }
}
