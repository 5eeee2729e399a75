namespace Millrace.Server.Tests.Faults;

/// <summary>
/// A file system of its own on an image of a given size, so that a test can fill a disk; gone when disposed. Mounting
/// needs the rights of an administrator.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string image;
    private readonly string filler;

    public SmallDisk(string folder, int mebibytes)
    {
        image = System.IO.Path.Combine(folder, "image");
        Path = Directory.CreateDirectory(System.IO.Path.Combine(folder, "disk")).FullName;
        filler = System.IO.Path.Combine(Path, "filler");
        ProgramRun.Of("truncate", "-s", $"{mebibytes}M", image).MustEndWell();

        // No journal to speak of and nothing set aside, so that what is free is free for the broker.
        ProgramRun.Of("mkfs.ext4", "-q", "-m", "0", "-J", "size=4", image).MustEndWell();
        ProgramRun.Of("mount", "-o", "loop", image, Path).MustEndWell();
    }

    /// <summary>Null where a file system can be mounted, otherwise why tests of it are skipped.</summary>
    public static string? WhyAbsent { get; } = FindWhyAbsent();

    /// <summary>Where it is mounted.</summary>
    public string Path { get; }

    /// <summary>Takes space away.</summary>
    public void Fill(int mebibytes) => ProgramRun.Of("fallocate", "-l", $"{mebibytes}M", filler).MustEndWell();

    /// <summary>Gives the space back.</summary>
    public void Free() => File.Delete(filler);

    public void Dispose() => ProgramRun.Of("umount", Path).MustEndWell();

    private static string? FindWhyAbsent()
    {
        if (Environment.UserName != "root" || !File.Exists("/dev/loop-control"))
        {
            return "needs the rights to mount a loop device: run as root on a machine that has /dev/loop-control";
        }

        bool hasTools = new[] { "/sbin", "/usr/sbin", "/usr/bin" }
            .Any(folder => File.Exists(System.IO.Path.Combine(folder, "mkfs.ext4")));
        return hasTools ? null : "needs mkfs.ext4 (Debian: e2fsprogs)";
    }
}

/// <summary>A fact about the native binary on a small disk; skipped where one of them cannot be had.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeOnSmallDiskFactAttribute : FactAttribute
{
    public NativeOnSmallDiskFactAttribute() => Skip = NativeBinary.WhyAbsent ?? SmallDisk.WhyAbsent;
}
