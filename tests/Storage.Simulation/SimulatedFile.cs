namespace Millrace.Storage.Simulation;

/// <summary>
/// An open file of a <see cref="SimulatedFileSystem"/>. After a crash or a close every call answers Closed.
/// </summary>
internal sealed class SimulatedFile(
    SimulatedFileSystem machine, string path, SimulatedInode inode, bool isWritable) : IFile
{
    private readonly long boot = machine.Boot;
    private bool isClosed;

    public string Path => path;

    public int Descriptor => -1;

    public unsafe IoResult Read(long position, Span<byte> target)
    {
        fixed (byte* start = target)
        {
            IoVector piece = new(start, (nuint)target.Length);
            return ReadVectored(position, new ReadOnlySpan<IoVector>(in piece));
        }
    }

    public IoResult ReadCached(long position, Span<byte> target) =>
        machine.IsCold ? new IoResult(0, IoError.WouldWait) : Read(position, target);

    public unsafe IoResult ReadVectored(long position, ReadOnlySpan<IoVector> targets)
    {
        lock (machine.Gate)
        {
            IoError error = Begin(Operation.Read, 0, out _);
            if (error != IoError.None)
            {
                return new IoResult(0, error);
            }

            ReadOnlySpan<byte> content = inode.Content;
            long done = 0;
            foreach (IoVector target in targets)
            {
                long left = Math.Max(0, content.Length - (position + done));
                int count = (int)Math.Min(left, (long)target.Length);
                content.Slice((int)Math.Min(position + done, content.Length), count)
                    .CopyTo(new Span<byte>(target.Start, (int)target.Length));
                done += count;
            }

            return IoResult.Of(done);
        }
    }

    public unsafe IoResult Write(long position, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            IoVector piece = new(start, (nuint)bytes.Length);
            return WriteVectored(position, new ReadOnlySpan<IoVector>(in piece));
        }
    }

    public IoResult WriteVectored(long position, ReadOnlySpan<IoVector> pieces)
    {
        lock (machine.Gate)
        {
            long total = 0;
            foreach (IoVector piece in pieces)
            {
                total += (long)piece.Length;
            }

            IoError error = Begin(Operation.Write, total, out long allowed);
            allowed = error == IoError.None ? total : allowed;
            if (error == IoError.None && !isWritable)
            {
                return new IoResult(0, IoError.AccessDenied);
            }

            if (error is IoError.None or not IoError.Closed)
            {
                long room = machine.RoomFor(inode, position);
                if (room < allowed)
                {
                    allowed = room;
                    error = IoError.NoSpace;
                }
            }

            Store(position, pieces, allowed);
            return new IoResult(allowed, error);
        }
    }

    private void Store(long position, ReadOnlySpan<IoVector> pieces, long allowed)
    {
        foreach (IoVector piece in pieces)
        {
            ReadOnlySpan<byte> bytes = piece.AsSpan();
            bytes = bytes[..(int)Math.Min(bytes.Length, allowed)];
            inode.Write(position, bytes);
            inode.ModifiedMs = machine.NowMs;
            position += bytes.Length;
            allowed -= bytes.Length;
        }
    }

    public IoError SyncData()
    {
        lock (machine.Gate)
        {
            IoError error = Begin(Operation.Sync, 0, out _);
            if (error == IoError.None)
            {
                inode.Sync();
            }
            else if (error != IoError.Closed)
            {
                inode.SyncFailed();
            }

            return error;
        }
    }

    /// <summary>Changes nothing: what is not synced may or may not survive a crash anyway.</summary>
    public IoError StartWriteBack(long position, long length)
    {
        lock (machine.Gate)
        {
            return Begin(Operation.StartWriteBack, 0, out _);
        }
    }

    public IoError Sync() => SyncData();

    public IoError Truncate(long length)
    {
        lock (machine.Gate)
        {
            IoError error = Begin(Operation.Truncate, 0, out _);
            if (error == IoError.None)
            {
                inode.Truncate(length);
                inode.ModifiedMs = machine.NowMs;
            }

            return error;
        }
    }

    public IoError Preallocate(long position, long length)
    {
        lock (machine.Gate)
        {
            IoError error = Begin(Operation.Preallocate, 0, out _);
            if (error == IoError.None && machine.RoomFor(inode, position) < length)
            {
                error = IoError.NoSpace;
            }

            if (error == IoError.None)
            {
                inode.Preallocate(position + length);
            }

            return error;
        }
    }

    public IoResult Length()
    {
        lock (machine.Gate)
        {
            IoError error = Begin(Operation.Length, 0, out _);
            return new IoResult(error == IoError.None ? inode.Length : 0, error);
        }
    }

    public void Close()
    {
        lock (machine.Gate)
        {
            if (!isClosed && boot == machine.Boot)
            {
                machine.Closed(inode);
            }

            isClosed = true;
        }
    }

    private IoError Begin(Operation kind, long bytes, out long bytesBefore)
    {
        bytesBefore = 0;
        return isClosed || boot != machine.Boot ? IoError.Closed : machine.Begin(kind, path, bytes, out bytesBefore);
    }
}
