using Millrace.Loadgen.Report;

namespace Millrace.Loadgen.Tests.Report;

public sealed class RunEnvironmentTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("millrace-root-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void The_machine_is_described_from_its_own_files()
    {
        Write("proc/cpuinfo", "processor\t: 0\nmodel name\t: AMD EPYC\n");
        Write("proc/meminfo", "MemTotal:       1000 kB\n");
        Write("proc/sys/kernel/osrelease", "6.18.44\n");
        Write("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nNAME=x\n");
        Write("proc/mounts", "/dev/vda / ext4 rw 0 0\n/dev/vdb /data xfs rw 0 0\n");
        Write("sys/class/block/vdb/queue/rotational", "0\n");
        Write("sys/class/block/vdb/queue/write_cache", "write back\n");
        RunEnvironment environment = RunEnvironment.Read("/data/kafka", root);
        Assert.Equal("AMD EPYC", environment.Cpu);
        Assert.Equal(1_024_000, environment.MemoryBytes);
        Assert.Equal("6.18.44", environment.Kernel);
        Assert.Equal("Debian GNU/Linux 12", environment.OperatingSystem);
        Assert.Equal("xfs on /dev/vdb (solid state or virtual, cache write back)", environment.Disk);
    }

    [Fact]
    public void A_folder_beside_a_mount_of_a_similar_name_is_not_on_it()
    {
        Write("proc/mounts", "/dev/vda / ext4 rw 0 0\n/dev/vdb /data xfs rw 0 0\n");
        Assert.Equal("ext4 on /dev/vda", RunEnvironment.Read("/database", root).Disk);
    }

    [Fact]
    public void What_a_machine_does_not_say_is_unknown()
    {
        RunEnvironment environment = RunEnvironment.Read(null, root);
        Assert.Equal("unknown", environment.Cpu);
        Assert.Equal("unknown", environment.Disk);
    }

    private void Write(string path, string text)
    {
        string whole = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        File.WriteAllText(whole, text);
    }
}
