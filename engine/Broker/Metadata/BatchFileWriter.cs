using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>Writes batches one after another into a new file and brings it to the device.</summary>
internal static class BatchFileWriter
{
    internal static IoError Write(IFileSystem fileSystem, string path, IEnumerable<byte[]> batches)
    {
        IoError error = fileSystem.Open(path, OpenKind.CreateOrEmpty, out IFile? file);
        if (file is null)
        {
            return error;
        }

        long position = 0;
        foreach (byte[] batch in batches)
        {
            error = file.Write(position, batch).Error;
            position += batch.Length;
            if (error != IoError.None)
            {
                break;
            }
        }

        error = error == IoError.None ? file.Sync() : error;
        file.Close();
        return error;
    }
}
