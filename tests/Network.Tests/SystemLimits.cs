using System.Runtime.InteropServices;

namespace Millrace.Network.Tests;

/// <summary>Tests that count what the whole process has: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone in the process";
}

/// <summary>What tests ask of the system besides what the product does.</summary>
internal static unsafe partial class SystemLimits
{
    private const int DescriptorLimit = 7;

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(int socket, byte* address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, ulong* limits);

    /// <summary>A connected socket that costs this process nothing but a descriptor.</summary>
    public static int ConnectRaw(NetworkAddress server)
    {
        int socket = Libc.Socket(NetworkAddress.FamilyIPv4, 1, 0);
        Assert.True(socket >= 0, "no socket for a client");
        Span<byte> raw = stackalloc byte[NetworkAddress.RawSizeMax];
        int size = server.WriteRaw(raw, NetworkAddress.FamilyIPv4);
        fixed (byte* pointer = raw)
        {
            Assert.Equal(0, Connect(socket, pointer, (uint)size));
        }

        return socket;
    }

    /// <summary>How many descriptors the process may have.</summary>
    public static long DescriptorsMax
    {
        get
        {
            ulong* limits = stackalloc ulong[2];
            Assert.Equal(0, GetLimit(DescriptorLimit, limits));
            return (long)limits[0];
        }
    }

    /// <summary>Changes the soft limit, and the hard one where it is lower and the process may.</summary>
    /// <returns>The soft limit from now on.</returns>
    public static long SetDescriptorsMax(long wanted)
    {
        ulong* limits = stackalloc ulong[2];
        Assert.Equal(0, GetLimit(DescriptorLimit, limits));
        ulong hard = limits[1];
        limits[0] = (ulong)wanted;
        limits[1] = Math.Max(hard, (ulong)wanted);
        if (SetLimit(DescriptorLimit, limits) != 0)
        {
            limits[0] = Math.Min(hard, (ulong)wanted);
            limits[1] = hard;
            Assert.Equal(0, SetLimit(DescriptorLimit, limits));
        }

        return DescriptorsMax;
    }
}
