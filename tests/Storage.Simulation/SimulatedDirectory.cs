namespace Millrace.Storage.Simulation;

/// <summary>
/// A folder: its names as every call sees them, and those that the disk is known to hold. Values are
/// <see cref="SimulatedInode"/> or <see cref="SimulatedDirectory"/>.
/// </summary>
internal sealed class SimulatedDirectory
{
    internal SortedDictionary<string, object> Names { get; private set; } = new(StringComparer.Ordinal);

    internal SortedDictionary<string, object> Durable { get; } = new(StringComparer.Ordinal);

    /// <summary>After a power cut the disk's names are all there is, in this folder and those below.</summary>
    internal void FallBack(HashSet<SimulatedInode> files)
    {
        Names = new SortedDictionary<string, object>(Durable, StringComparer.Ordinal);
        foreach (object node in Names.Values)
        {
            if (node is SimulatedDirectory folder)
            {
                folder.FallBack(files);
            }
            else
            {
                files.Add((SimulatedInode)node);
            }
        }
    }

    internal void CollectFiles(HashSet<SimulatedInode> files)
    {
        foreach (object node in Names.Values)
        {
            if (node is SimulatedDirectory folder)
            {
                folder.CollectFiles(files);
            }
            else
            {
                files.Add((SimulatedInode)node);
            }
        }
    }
}

/// <summary>A change of names, whole or not at all: a rename is two edits.</summary>
/// <param name="Edits">In which folder which name gets which node; null takes the name away.</param>
internal sealed record NameChange((SimulatedDirectory Folder, string Name, object? Node)[] Edits)
{
    internal bool Touches(SimulatedDirectory folder) => Edits.Any(edit => ReferenceEquals(edit.Folder, folder));

    internal void Apply(bool toDisk)
    {
        foreach ((SimulatedDirectory folder, string name, object? node) in Edits)
        {
            SortedDictionary<string, object> names = toDisk ? folder.Durable : folder.Names;
            if (node is null)
            {
                names.Remove(name);
            }
            else
            {
                names[name] = node;
            }
        }
    }
}
