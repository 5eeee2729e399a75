using Millrace.Cluster;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Broker;

/// <summary>
/// Goes over the batches of a file and checks each one's checksum. Holds one batch in memory at a time. Used once.
/// </summary>
internal sealed class BatchFileReader
{
    // Headers are small and records mostly too: one read brings in many batches.
    private const int ChunkBytes = 256 * 1024;

    private readonly IFile file;
    private readonly long length;
    private byte[] chunk = new byte[ChunkBytes];
    private long chunkStart;
    private int chunkLength;

    private BatchFileReader(IFile file, long length)
    {
        this.file = file;
        this.length = length;
    }

    /// <summary>Visits every whole batch.</summary>
    /// <param name="fileSystem">Where the file is.</param>
    /// <param name="path">The file.</param>
    /// <param name="visit">Sees each batch; what it throws passes through.</param>
    /// <param name="validEnd">Position behind the last whole batch.</param>
    /// <returns>What stands at that position: null for the end of the file, otherwise what is wrong there.</returns>
    /// <exception cref="MetadataRefusedException">The file cannot be read at all.</exception>
    internal static string? Visit(IFileSystem fileSystem, string path, MetadataBatchVisitor visit, out long validEnd)
    {
        IoError error = fileSystem.Open(path, OpenKind.Read, out IFile? file);
        if (file is null)
        {
            throw new MetadataRefusedException($"{path} cannot be opened ({error})");
        }

        try
        {
            IoResult size = file.Length();
            return size.Failed
                ? throw new MetadataRefusedException($"{path} cannot be read ({size})")
                : new BatchFileReader(file, size.Bytes).VisitAll(visit, out validEnd);
        }
        finally
        {
            file.Close();
        }
    }

    private string? VisitAll(MetadataBatchVisitor visit, out long validEnd)
    {
        validEnd = 0;
        while (validEnd < length)
        {
            if (length - validEnd < BatchLayout.HeaderSizeUpToMagic)
            {
                return "a batch that is cut short";
            }

            RecordFault fault = RecordBatches.SizeOf(Read(validEnd, BatchLayout.HeaderSizeUpToMagic), out int size);
            if (fault != RecordFault.None)
            {
                return $"no batch ({fault})";
            }

            if (size > length - validEnd)
            {
                return "a batch that is cut short";
            }

            RecordBatch batch = new(Read(validEnd, size));
            fault = batch.Check();
            if (fault != RecordFault.None)
            {
                return $"a damaged batch ({fault})";
            }

            visit(batch);
            validEnd += size;
        }

        return null;
    }

    private ReadOnlySpan<byte> Read(long position, int count)
    {
        if (position < chunkStart || position + count > chunkStart + chunkLength)
        {
            if (count > chunk.Length)
            {
                chunk = new byte[(int)RoundedUp(count)];
            }

            chunkStart = position;
            IoResult read = file.Read(position, chunk);
            if (read.Failed || read.Bytes < count)
            {
                throw new MetadataRefusedException($"{file.Path} cannot be read at {position} ({read})");
            }

            chunkLength = (int)read.Bytes;
        }

        return chunk.AsSpan((int)(position - chunkStart), count);
    }

    private static long RoundedUp(int count) =>
        Math.Min(Array.MaxLength, (long)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)count));
}
