namespace Millrace.Server;

/// <summary>
/// Says who uses a log directory. Its lock tells only that somebody does (a lock of an open file, as Millrace takes
/// it, has no process in the kernel's list), so the open files of all processes are looked through, as far as this user
/// may.
/// </summary>
internal static class LockHolder
{
    /// <summary>
    /// The process that has a directory's <c>.lock</c> open, as <c>process 17 (java)</c>; null where none is seen.
    /// </summary>
    public static string? Find(string directory)
    {
        string path = Path.Combine(directory, ".lock");
        foreach (string process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), out int id) || id == Environment.ProcessId)
            {
                continue;
            }

            if (HasOpen(process, path))
            {
                return $"process {id} ({NameOf(process)})";
            }
        }

        return null;
    }

    private static bool HasOpen(string process, string path)
    {
        try
        {
            foreach (string descriptor in Directory.EnumerateFiles(Path.Combine(process, "fd")))
            {
                if (File.ResolveLinkTarget(descriptor, returnFinalTarget: false)?.FullName == path)
                {
                    return true;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that has just ended.
        }

        return false;
    }

    private static string NameOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).TrimEnd('\n');
        }
        catch (IOException)
        {
            return "it has just ended";
        }
    }
}
