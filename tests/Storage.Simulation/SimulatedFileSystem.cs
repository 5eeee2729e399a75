using System.Diagnostics.CodeAnalysis;

namespace Millrace.Storage.Simulation;

/// <summary>
/// A machine's files in memory, with a page cache that a power cut empties: <see cref="Crash"/> puts in place some
/// state that a real disk may be left in. What was not synced may be lost, kept, torn at a sector or at any byte, or
/// kept out of order; names that were not synced with their folder may be lost. Calls fail by <see cref="Faults"/>.
/// Thread-safe.
/// </summary>
public sealed class SimulatedFileSystem : IFileSystem
{
    private readonly SimulatedDirectory root = new();
    private readonly List<NameChange> pendingNames = [];
    private readonly Dictionary<string, SimulatedLock> locks = new(StringComparer.Ordinal);
    private readonly HashSet<SimulatedInode> opened = [];
    private long? powerCutAfter;

    internal Lock Gate { get; } = new();

    /// <summary>Crashes so far; files opened before the last one are dead.</summary>
    public long Boot { get; private set; }

    /// <summary>Which calls fail.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>Bytes that the disk holds; null for no limit.</summary>
    public long? Capacity { get; set; }

    /// <summary>The clock for times of modification.</summary>
    public long NowMs { get; set; } = 1_760_000_000_000;

    /// <summary>
    /// Whether changes of names survive in any combination, as on file systems without an ordered journal. By default
    /// those that survive are the first ones, as on ext4 and XFS.
    /// </summary>
    public bool ReordersNames { get; set; }

    /// <summary>Whether nothing that is read is in memory.</summary>
    public bool IsCold { get; set; }

    /// <summary>Descriptors open now.</summary>
    public int OpenDescriptors
    {
        get
        {
            lock (Gate)
            {
                return opened.Sum(inode => inode.Opened);
            }
        }
    }

    /// <summary>
    /// From the call after the next <paramref name="operations"/> on every call answers Closed, until
    /// <see cref="Crash"/>.
    /// </summary>
    public void CutPowerAfter(long operations)
    {
        lock (Gate)
        {
            powerCutAfter = Faults.Total + operations;
        }
    }

    /// <summary>Cuts the power and starts the machine again, with one of the states that the disk may hold.</summary>
    public void Crash(Random random)
    {
        lock (Gate)
        {
            int cut = random.Next(4) switch
            {
                0 => 0,
                1 => pendingNames.Count,
                _ => random.Next(pendingNames.Count + 1),
            };
            for (int index = 0; index < pendingNames.Count; index++)
            {
                if (ReordersNames ? random.Next(2) == 0 : index < cut)
                {
                    pendingNames[index].Apply(toDisk: true);
                }
            }

            pendingNames.Clear();
            HashSet<SimulatedInode> files = [];
            root.FallBack(files);
            foreach (SimulatedInode file in files)
            {
                file.Crash(random);
                file.Opened = 0;
            }

            Restart();
        }
    }

    /// <summary>
    /// Ends the process but not the machine, as <c>kill -9</c> does: all that was written stands, nothing is open.
    /// </summary>
    public void Kill()
    {
        lock (Gate)
        {
            Restart();
        }
    }

    private void Restart()
    {
        foreach (SimulatedInode file in opened)
        {
            file.Opened = 0;
        }

        opened.Clear();
        locks.Clear();
        powerCutAfter = null;
        Boot++;
    }

    /// <summary>Flips bits of a byte on the disk, as rot does.</summary>
    public void Rot(string path, long position, byte with)
    {
        lock (Gate)
        {
            ((SimulatedInode)Find(path)!).Rot(position, with);
        }
    }

    /// <summary>All bytes of a file, without a call that counts; null where it is not there.</summary>
    public byte[]? Peek(string path)
    {
        lock (Gate)
        {
            return Find(path) is SimulatedInode inode ? inode.Content.ToArray() : null;
        }
    }

    /// <summary>Puts a file and its folders on the disk, synced, without a call that counts.</summary>
    public void Put(string path, ReadOnlySpan<byte> bytes)
    {
        lock (Gate)
        {
            string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
            SimulatedDirectory folder = PutFolders(parts[..^1]);
            SimulatedInode inode = new() { ModifiedMs = NowMs };
            inode.Write(0, bytes);
            inode.Sync();
            folder.Names[parts[^1]] = inode;
            folder.Durable[parts[^1]] = inode;
        }
    }

    /// <summary>Puts a folder and those above it on the disk, synced, without a call that counts.</summary>
    public void PutFolder(string path)
    {
        lock (Gate)
        {
            PutFolders(path.Split('/', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private SimulatedDirectory PutFolders(string[] parts)
    {
        SimulatedDirectory folder = root;
        foreach (string part in parts)
        {
            if (!folder.Names.TryGetValue(part, out object? node))
            {
                node = new SimulatedDirectory();
                folder.Names[part] = node;
                folder.Durable[part] = node;
            }

            folder = (SimulatedDirectory)node;
        }

        return folder;
    }

    internal IoError Begin(Operation kind, string path, long bytes, out long bytesBefore)
    {
        bytesBefore = 0;
        return powerCutAfter is { } limit && Faults.Total >= limit
            ? IoError.Closed
            : Faults.Strike(kind, path, bytes, out bytesBefore);
    }

    /// <summary>How many bytes may be written at a position before the disk is full.</summary>
    internal long RoomFor(SimulatedInode inode, long position)
    {
        if (Capacity is not { } capacity)
        {
            return long.MaxValue;
        }

        return Math.Max(0, inode.Occupied + Math.Max(0, capacity - Used()) - position);
    }

    private long Used()
    {
        HashSet<SimulatedInode> files = [.. opened];
        root.CollectFiles(files);
        return files.Sum(file => file.Occupied);
    }

    internal void Closed(SimulatedInode inode)
    {
        if (--inode.Opened == 0)
        {
            opened.Remove(inode);
        }
    }

    public IoError Open(string path, OpenKind kind, [NotNullWhen(true)] out IFile? file)
    {
        lock (Gate)
        {
            file = null;
            IoError error = Begin(Operation.Open, path, 0, out _);
            if (error != IoError.None)
            {
                return error;
            }

            (SimulatedDirectory? folder, string name) = FindParent(path);
            if (folder is null)
            {
                return IoError.NotFound;
            }

            object? node = folder.Names.GetValueOrDefault(name);
            error = node switch
            {
                null when kind is OpenKind.Read or OpenKind.ReadWrite => IoError.NotFound,
                SimulatedDirectory => IoError.Other,
                SimulatedInode when kind == OpenKind.CreateNew => IoError.AlreadyExists,
                _ => IoError.None,
            };
            if (error != IoError.None)
            {
                return error;
            }

            SimulatedInode inode = node as SimulatedInode ?? Create(folder, name);
            if (kind == OpenKind.CreateOrEmpty && inode.Length > 0)
            {
                inode.Truncate(0);
            }

            inode.Opened++;
            opened.Add(inode);
            file = new SimulatedFile(this, path, inode, isWritable: kind != OpenKind.Read);
            return IoError.None;
        }
    }

    private SimulatedInode Create(SimulatedDirectory folder, string name)
    {
        SimulatedInode inode = new() { ModifiedMs = NowMs };
        Change((folder, name, inode));
        return inode;
    }

    private void Change(params (SimulatedDirectory Folder, string Name, object? Node)[] edits)
    {
        NameChange change = new(edits);
        change.Apply(toDisk: false);
        pendingNames.Add(change);
    }

    public IoError Rename(string from, string to)
    {
        lock (Gate)
        {
            IoError error = Begin(Operation.Rename, from, 0, out _);
            if (error != IoError.None)
            {
                return error;
            }

            (SimulatedDirectory? source, string sourceName) = FindParent(from);
            (SimulatedDirectory? target, string targetName) = FindParent(to);
            if (source is null || target is null || !source.Names.TryGetValue(sourceName, out object? node))
            {
                return IoError.NotFound;
            }

            object? replaced = target.Names.GetValueOrDefault(targetName);
            if (ReferenceEquals(replaced, node))
            {
                return IoError.None;
            }

            if (replaced is SimulatedDirectory)
            {
                return IoError.AlreadyExists;
            }

            if (replaced is not null && node is SimulatedDirectory)
            {
                return IoError.Other;
            }

            Change((source, sourceName, null), (target, targetName, node));
            return IoError.None;
        }
    }

    public IoError Delete(string path)
    {
        lock (Gate)
        {
            IoError error = Begin(Operation.Delete, path, 0, out _);
            if (error != IoError.None)
            {
                return error;
            }

            (SimulatedDirectory? folder, string name) = FindParent(path);
            if (folder is null || !folder.Names.TryGetValue(name, out object? node))
            {
                return IoError.NotFound;
            }

            if (node is SimulatedDirectory)
            {
                return IoError.Other;
            }

            Change((folder, name, null));
            return IoError.None;
        }
    }

    public IoError CreateDirectory(string path)
    {
        lock (Gate)
        {
            IoError error = Begin(Operation.CreateDirectory, path, 0, out _);
            (SimulatedDirectory? folder, string name) = FindParent(path);
            if (error != IoError.None || folder is null)
            {
                return error == IoError.None ? IoError.NotFound : error;
            }

            if (name.Length == 0 || folder.Names.ContainsKey(name))
            {
                return IoError.AlreadyExists;
            }

            Change((folder, name, new SimulatedDirectory()));
            return IoError.None;
        }
    }

    public IoError DeleteDirectory(string path)
    {
        lock (Gate)
        {
            IoError error = Begin(Operation.DeleteDirectory, path, 0, out _);
            (SimulatedDirectory? folder, string name) = FindParent(path);
            if (error != IoError.None)
            {
                return error;
            }

            if (folder is null || folder.Names.GetValueOrDefault(name) is not SimulatedDirectory deleted)
            {
                return IoError.NotFound;
            }

            if (deleted.Names.Count > 0)
            {
                return IoError.AlreadyExists;
            }

            Change((folder, name, null));
            return IoError.None;
        }
    }

    public IoError SyncDirectory(string path)
    {
        lock (Gate)
        {
            IoError error = Begin(Operation.SyncDirectory, path, 0, out _);
            if (error != IoError.None)
            {
                return error;
            }

            if (Find(path) is not SimulatedDirectory folder)
            {
                return IoError.NotFound;
            }

            foreach (NameChange change in pendingNames.Where(change => change.Touches(folder)))
            {
                change.Apply(toDisk: true);
            }

            pendingNames.RemoveAll(change => change.Touches(folder));
            return IoError.None;
        }
    }

    public IoError List(string path, List<DirectoryEntry> entries)
    {
        lock (Gate)
        {
            IoError error = Begin(Operation.List, path, 0, out _);
            if (error != IoError.None)
            {
                return error;
            }

            if (Find(path) is not SimulatedDirectory folder)
            {
                return IoError.NotFound;
            }

            entries.AddRange(
                folder.Names.Select(pair => new DirectoryEntry(pair.Key, pair.Value is SimulatedDirectory)));
            return IoError.None;
        }
    }

    public IoError Status(string path, out FileStatus status)
    {
        lock (Gate)
        {
            status = default;
            IoError error = Begin(Operation.Status, path, 0, out _);
            if (error != IoError.None)
            {
                return error;
            }

            switch (Find(path))
            {
                case SimulatedDirectory:
                    status = new FileStatus(0, IsDirectory: true, NowMs);
                    return IoError.None;
                case SimulatedInode inode:
                    status = new FileStatus(inode.Length, IsDirectory: false, inode.ModifiedMs);
                    return IoError.None;
                default:
                    return IoError.NotFound;
            }
        }
    }

    public IoError TryLock(string path, [NotNullWhen(true)] out IFileLock? held)
    {
        lock (Gate)
        {
            held = null;
            IoError error = Begin(Operation.Lock, path, 0, out _);
            (SimulatedDirectory? folder, string name) = FindParent(path);
            if (error != IoError.None || folder is null)
            {
                return error == IoError.None ? IoError.NotFound : error;
            }

            if (locks.ContainsKey(path))
            {
                return IoError.Locked;
            }

            if (!folder.Names.ContainsKey(name))
            {
                Create(folder, name);
            }

            SimulatedLock taken = new(this, path);
            locks[path] = taken;
            held = taken;
            return IoError.None;
        }
    }

    public IoError FreeSpace(string path, out long bytes)
    {
        lock (Gate)
        {
            bytes = Capacity is { } capacity ? Math.Max(0, capacity - Used()) : long.MaxValue;
            return Begin(Operation.FreeSpace, path, 0, out _);
        }
    }

    private object? Find(string path)
    {
        (SimulatedDirectory? folder, string name) = FindParent(path);
        return name.Length == 0 ? root : folder?.Names.GetValueOrDefault(name);
    }

    private (SimulatedDirectory? Folder, string Name) FindParent(string path)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0)
        {
            return (root, "");
        }

        SimulatedDirectory? folder = root;
        foreach (string part in parts[..^1])
        {
            folder = folder?.Names.GetValueOrDefault(part) as SimulatedDirectory;
        }

        return (folder, parts[^1]);
    }

    private sealed class SimulatedLock(SimulatedFileSystem machine, string path) : IFileLock
    {
        public void Release()
        {
            lock (machine.Gate)
            {
                // A power cut, or a kill, has taken the lock away: it may be another process's by now.
                if (!ReferenceEquals(machine.locks.GetValueOrDefault(path), this))
                {
                    return;
                }

                machine.locks.Remove(path);
                (SimulatedDirectory? folder, string name) = machine.FindParent(path);
                if (folder is not null && folder.Names.ContainsKey(name))
                {
                    machine.Change((folder, name, null));
                }
            }
        }
    }
}
