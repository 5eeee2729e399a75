using Millrace.Storage.Tests.Recovery;

namespace Millrace.Storage.Tests;

/// <summary>The test assembly run by itself is the broker that <see cref="KillTests"/> kills.</summary>
public static class Program
{
    public static void Main(string[] args)
    {
        if (args is [KillTests.ChildCommand, string folder])
        {
            KillTests.AppendForEver(folder);
        }
    }
}
