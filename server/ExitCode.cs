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

    /// <summary>A config is wrong, or the file with the configs cannot be read.</summary>
    BadConfig = 3,

    /// <summary>A config protects something and is not served yet.</summary>
    Unprotected = 4,

    /// <summary>
    /// A log directory must not be used: not formatted, of another node or cluster, damaged, or of a newer version.
    /// Nothing was changed.
    /// </summary>
    DirectoryRefused = 5,

    /// <summary>Another broker uses a log directory.</summary>
    DirectoryLocked = 6,

    /// <summary>A listener's address is taken, forbidden, or not this machine's.</summary>
    ListenerFailed = 7,

    /// <summary>A disk failed, or is full where the broker cannot begin without it.</summary>
    StorageFailed = 8,

    /// <summary>A second signal ended the broker at once: the next start looks through the ends of the logs.</summary>
    StoppedAtOnce = 9,
}
