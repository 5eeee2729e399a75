namespace Millrace.Server;

/// <summary>
/// What <c>millrace</c> tells the program that started it. Each number keeps its meaning: scripts depend on it.
/// </summary>
internal enum ExitCode
{
    /// <summary>Done, and nothing wrong was found.</summary>
    Success = 0,

    /// <summary>The command line is not understood; also what System.CommandLine answers by itself.</summary>
    Usage = 1,

    /// <summary>A file is missing, cannot be read, or its bytes are not what was once written.</summary>
    DamagedFile = 2,
}
