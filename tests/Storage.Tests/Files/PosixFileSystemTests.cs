using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Millrace.Storage.Tests;

public sealed unsafe class PosixFileSystemTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly PosixFileSystem disk = new();

    public void Dispose() => folder.Dispose();

    private IFile Open(string name, OpenKind kind = OpenKind.OpenOrCreate)
    {
        Assert.Equal(IoError.None, disk.Open(folder[name], kind, out IFile? file));
        return file!;
    }

    [Fact]
    public void Bytes_are_read_back_where_they_were_written()
    {
        IFile file = Open("f");
        Assert.Equal(IoResult.Of(5), file.Write(100, "hello"u8));
        byte[] target = new byte[200];
        Assert.Equal(IoResult.Of(5), file.Read(100, target));
        Assert.Equal("hello"u8.ToArray(), target[..5]);
        Assert.Equal(IoResult.Of(0), file.Read(105, target));
        Assert.Equal(IoResult.Of(105), file.Length());
        Assert.Equal(IoError.None, file.Truncate(102));
        Assert.Equal(IoResult.Of(102), file.Length());
        Assert.Equal(IoError.None, file.StartWriteBack(0, 102));
        Assert.Equal(IoError.None, file.SyncData());
        Assert.Equal(IoError.None, file.Sync());
        Assert.Equal(IoResult.Of(2), file.ReadCached(100, target));
        Assert.Equal("he"u8.ToArray(), target[..2]);
        Assert.Equal(IoResult.Of(0), file.ReadCached(102, target));
        file.Close();
        Assert.Equal(IoError.Closed, file.Read(0, target).Error);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1024)]
    [InlineData(3000)]
    public void Any_number_of_pieces_is_written_and_read_in_order(int count)
    {
        IFile file = Open("f");
        const int pieceBytes = 7;
        byte* memory = (byte*)NativeMemory.AllocZeroed((nuint)(2 * count * pieceBytes));
        try
        {
            IoVector[] pieces = new IoVector[count];
            IoVector[] targets = new IoVector[count];
            for (int index = 0; index < count; index++)
            {
                byte* start = memory + (index * pieceBytes);
                new Span<byte>(start, pieceBytes).Fill((byte)(index % 251));
                // Some are empty, as a batch without a body would be.
                pieces[index] = new IoVector(start, index % 5 == 4 ? 0u : pieceBytes);
                targets[index] = new IoVector(memory + ((count + index) * pieceBytes), pieces[index].Length);
            }

            long total = pieces.Sum(piece => (long)piece.Length);
            Assert.Equal(IoResult.Of(total), file.WriteVectored(11, pieces));
            Assert.Equal(IoResult.Of(total + 11), file.Length());
            Assert.Equal(IoResult.Of(total), file.ReadVectored(11, targets));
            for (int index = 0; index < count; index++)
            {
                Assert.True(pieces[index].AsSpan().SequenceEqual(targets[index].AsSpan()));
            }

            // A read over the end answers what there is.
            Assert.Equal(IoResult.Of(total - 2), file.ReadVectored(13, targets));
        }
        finally
        {
            NativeMemory.Free(memory);
        }

        file.Close();
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        IFile file = Open("f");
        byte[] bytes = new byte[4096];
        for (int round = 0; round < 100; round++)
        {
            file.Write(0, bytes);
            file.Read(0, bytes);
        }

        Assert.Equal(0, Allocations.LeastOf(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                file.Write(round, bytes);
                file.Read(round, bytes);
                file.ReadCached(0, bytes);
                file.Length();
                file.SyncData();
            }
        }));
        file.Close();
    }

    [Fact]
    public void Preallocating_takes_blocks_and_leaves_the_length()
    {
        IFile file = Open("f");
        IoError error = file.Preallocate(0, 1 << 20);
        Assert.True(error is IoError.None or IoError.NotSupported);
        Assert.Equal(0, file.Length().Bytes);
        file.Close();
    }

    [Fact]
    public void Names_are_made_listed_renamed_and_deleted()
    {
        Assert.Equal(IoError.NotFound, disk.Open(folder["none"], OpenKind.ReadWrite, out _));
        Open("a").Close();
        Assert.Equal(IoError.AlreadyExists, disk.Open(folder["a"], OpenKind.CreateNew, out _));
        Assert.Equal(IoError.None, disk.CreateDirectory(folder["sub"]));
        Assert.Equal(IoError.AlreadyExists, disk.CreateDirectory(folder["sub"]));
        Assert.Equal(IoError.None, disk.Rename(folder["a"], folder["sub/ü"]));
        Assert.Equal(IoError.NotFound, disk.Rename(folder["a"], folder["b"]));
        Assert.Equal(IoError.None, disk.SyncDirectory(folder["sub"]));
        List<DirectoryEntry> entries = [];
        Assert.Equal(IoError.None, disk.List(folder.Path, entries));
        Assert.Equal([new DirectoryEntry("sub", IsDirectory: true)], entries);
        entries.Clear();
        Assert.Equal(IoError.None, disk.List(folder["sub"], entries));
        Assert.Equal([new DirectoryEntry("ü", IsDirectory: false)], entries);
        Assert.Equal(IoError.AlreadyExists, disk.DeleteDirectory(folder["sub"]));
        Assert.Equal(IoError.None, disk.Delete(folder["sub/ü"]));
        Assert.Equal(IoError.NotFound, disk.Delete(folder["sub/ü"]));
        Assert.Equal(IoError.None, disk.DeleteDirectory(folder["sub"]));
        Assert.Equal(IoError.NotFound, disk.List(folder["sub"], entries));
        Assert.Equal(IoError.NameTooLong, disk.CreateDirectory(folder[new string('n', 256)]));
    }

    [Fact]
    public void A_status_tells_files_from_folders()
    {
        IFile file = Open("f");
        file.Write(0, new byte[77]);
        file.Close();
        Assert.Equal(IoError.None, disk.Status(folder["f"], out FileStatus status));
        Assert.Equal((77, false), (status.Length, status.IsDirectory));
        DateTimeOffset modified = new(File.GetLastWriteTimeUtc(folder["f"]), TimeSpan.Zero);
        Assert.Equal(modified.ToUnixTimeMilliseconds(), status.ModifiedMs);
        Assert.Equal(IoError.None, disk.Status(folder.Path, out status));
        Assert.True(status.IsDirectory);
        Assert.Equal(IoError.NotFound, disk.Status(folder["none"], out _));
        Assert.Equal(IoError.None, disk.FreeSpace(folder.Path, out long free));
        Assert.InRange(free, 1, long.MaxValue);
    }

    [Fact]
    public void Two_openings_in_one_process_exclude_each_other_and_release_deletes_the_file()
    {
        Assert.Equal(IoError.None, disk.TryLock(folder[".lock"], out IFileLock? held));
        Assert.Equal(IoError.Locked, disk.TryLock(folder[".lock"], out _));
        // Unlike a classic record lock it is not lost when another descriptor of the file is closed.
        Open(".lock").Close();
        Assert.Equal(IoError.Locked, disk.TryLock(folder[".lock"], out _));
        held!.Release();
        Assert.False(File.Exists(folder[".lock"]));
        Assert.Equal(IoError.None, disk.TryLock(folder[".lock"], out IFileLock? again));
        held.Release();
        Assert.True(File.Exists(folder[".lock"]));
        again!.Release();
    }

    [PythonFact]
    public void The_lock_of_another_process_taken_as_java_takes_it_keeps_us_out()
    {
        // Java's FileChannel.tryLock is fcntl(F_SETLK) on the whole file, which is what lockf of python is.
        using Process other = Python($"""
            import fcntl, sys
            f = open({Quote(folder[".lock"])}, 'w')
            fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
            print('locked', flush=True)
            sys.stdin.read()
            """);
        Assert.Equal("locked", other.StandardOutput.ReadLine());
        Assert.Equal(IoError.Locked, disk.TryLock(folder[".lock"], out _));
        other.StandardInput.Close();
        other.WaitForExit();
        Assert.Equal(IoError.None, disk.TryLock(folder[".lock"], out IFileLock? held));
        held!.Release();
    }

    [PythonFact]
    public void Our_lock_keeps_another_process_out_that_locks_as_java_does()
    {
        Assert.Equal(IoError.None, disk.TryLock(folder[".lock"], out IFileLock? held));
        string attempt = $"""
            import fcntl
            f = open({Quote(folder[".lock"])}, 'w')
            try:
                fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                print('locked')
            except OSError:
                print('refused')
            """;
        using (Process other = Python(attempt))
        {
            Assert.Equal("refused", other.StandardOutput.ReadLine());
            other.WaitForExit();
        }

        held!.Release();
        using Process later = Python(attempt);
        Assert.Equal("locked", later.StandardOutput.ReadLine());
        later.WaitForExit();
    }

    private static string Quote(string path) => $"'{path}'";

    private static Process Python(string program) => Process.Start(
        new ProcessStartInfo("python3", ["-c", program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
}

/// <summary>A fact that is skipped where there is no python3 to be the other process.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        Skip = Array.Exists(folders, folder => File.Exists(Path.Join(folder, "python3"))) ? null : "needs python3";
    }
}
