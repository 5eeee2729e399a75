using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Millrace.Protocol.Compression;

/// <summary>
/// Finds the reference codec libraries. In the native binary "lz4", "zstd" and "snappy" are linked in; under the JIT
/// they are the system's shared libraries, which Linux distributions name by their interface version.
/// </summary>
internal static class NativeCodecs
{
    public const string Lz4 = "lz4";
    public const string Zstd = "zstd";
    public const string Snappy = "snappy";

    /// <summary>zlib as the framework carries it: no further library to link or find.</summary>
    public const string Zlib = "libSystem.IO.Compression.Native";

    private static int registered;

    /// <summary>Called before the first native call, by whoever makes one; does its work once.</summary>
    public static void Register()
    {
        if (RuntimeFeature.IsDynamicCodeSupported && Interlocked.Exchange(ref registered, 1) == 0)
        {
            NativeLibrary.SetDllImportResolver(typeof(NativeCodecs).Assembly, Resolve);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        string? versioned = name switch
        {
            Lz4 => "liblz4.so.1",
            Zstd => "libzstd.so.1",
            Snappy => "libsnappy.so.1",
            _ => null,
        };
        return versioned is not null && NativeLibrary.TryLoad(versioned, assembly, path, out nint handle) ? handle : 0;
    }
}
