namespace Millrace.Storage;

/// <summary>Deletes a partition's folder, which has the name of a deleted one, with all files in it.</summary>
internal sealed class FolderDeletionJob(LogDirectory directory, string folder) : LogJob
{
    public override void Run()
    {
        if (!directory.IsOffline)
        {
            IoError error = DeleteFolder(directory.Context!.FileSystem, folder);
            directory.Context.Fail("delete", folder, error);
        }
    }

    internal static IoError DeleteFolder(IFileSystem files, string folder)
    {
        List<DirectoryEntry> entries = [];
        IoError error = files.List(folder, entries);
        foreach (DirectoryEntry entry in entries)
        {
            if (error == IoError.None && !entry.IsDirectory)
            {
                error = files.Delete(Path.Join(folder, entry.Name));
                error = error == IoError.NotFound ? IoError.None : error;
            }
        }

        error = error == IoError.None ? files.DeleteDirectory(folder) : error;
        return error == IoError.NotFound ? IoError.None : error;
    }
}
