using System.Globalization;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>
/// Prints one file after the other, each as its name says, and gathers what was found wrong. One thread.
/// </summary>
internal sealed class FileDump : IDisposable
{
    private readonly PosixFileSystem fileSystem = new();
    private readonly DumpOptions options;
    private readonly TextWriter output;
    private readonly LogDump logs;

    public FileDump(DumpOptions options, TextWriter output)
    {
        this.options = options;
        this.output = output;
        logs = new LogDump(fileSystem, options, output, Findings);
    }

    /// <summary>What was found, in order; more than damage is said here.</summary>
    public DumpFindings Findings { get; } = new();

    /// <summary>Whether a file was missing, unreadable or damaged.</summary>
    public bool AnyDamage => Findings.AnyDamage;

    public void Dump(string path)
    {
        output.WriteLine($"Dumping {path}");
        string name = Path.GetFileName(path);
        IoError error = fileSystem.Status(path, out FileStatus status);
        if (error != IoError.None || status.IsDirectory)
        {
            Findings.AddDamage(path, error switch
            {
                IoError.None => "it is a folder; name the files in it",
                IoError.NotFound => "there is no such file",
                _ => $"it cannot be looked at ({error})",
            });
        }
        else if (SegmentFileName.TryParse(name, out SegmentFileName segment))
        {
            DumpSegmentFile(path, segment);
        }
        else if (Path.GetExtension(name) is ".log" or ".checkpoint")
        {
            logs.Dump(path, name == "bootstrap.checkpoint" ? "KRaft bootstrap snapshot" : null);
        }
        else if (!new SmallFileDump(fileSystem, output, Findings).TryDump(path, name))
        {
            Findings.Add($"Ignoring unknown file {path}");
        }
    }

    public void Dispose() => logs.Dispose();

    private void DumpSegmentFile(string path, SegmentFileName segment)
    {
        switch (segment.Kind)
        {
            case SegmentFileKind.Log:
                logs.Dump(path, string.Create(CultureInfo.InvariantCulture, $"Log starting offset: {segment.Offset}"));
                break;
            case SegmentFileKind.MetadataSnapshot:
                logs.Dump(path, string.Create(
                    CultureInfo.InvariantCulture, $"Snapshot end offset: {segment.Offset}, epoch: {segment.Epoch}"));
                break;
            case SegmentFileKind.OffsetIndex:
                new IndexDump(fileSystem, options, output, Findings).DumpOffsets(path, segment);
                break;
            case SegmentFileKind.TimeIndex:
                new IndexDump(fileSystem, options, output, Findings).DumpTimes(path, segment);
                break;
            case SegmentFileKind.TransactionIndex:
                new SmallFileDump(fileSystem, output, Findings).DumpAbortedTransactions(path, segment.Offset);
                break;
            default:
                new SmallFileDump(fileSystem, output, Findings).DumpProducers(path);
                break;
        }
    }
}
