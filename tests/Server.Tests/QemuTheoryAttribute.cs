using System.Runtime.InteropServices;

namespace Millrace.Server.Tests;

/// <summary>A theory about CPUs that this machine is not: it needs QEMU's user mode and a C compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class QemuTheoryAttribute : TheoryAttribute
{
    public QemuTheoryAttribute()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64
            || !ProgramsOnPath.Has("qemu-x86_64")
            || !ProgramsOnPath.Has("cc"))
        {
            Skip = "needs an x64 machine with qemu-x86_64 and cc on the path (Debian: qemu-user, gcc)";
        }
    }
}
