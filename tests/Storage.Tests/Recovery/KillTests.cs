using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using Millrace.Protocol;
using Millrace.Protocol.Records;
using Millrace.Storage.Tests.Directories;
using Millrace.Storage.Tests.Log;

namespace Millrace.Storage.Tests.Recovery;

/// <summary>A real process on a real disk, killed in the midst of its appends, again and again.</summary>
public sealed class KillTests
{
    public const string ChildCommand = "append-for-ever";
    private const int Rounds = 8;
    private static readonly TopicPartition Name = new("topic", 0);

    private static LogConfig Config =>
        new() { SegmentBytes = 64 * 1024, IndexIntervalBytes = 1024, FlushMessages = 50 };

    [Fact]
    public void A_killed_process_keeps_all_that_it_had_acknowledged()
    {
        using TemporaryFolder folder = new();
        Random random = new(20);
        using (DirectoriesRig rig = new(new PosixFileSystem(), folder.Path))
        {
            rig.Format();
        }

        long acknowledged = 0;
        for (int round = 0; round < Rounds; round++)
        {
            acknowledged = Math.Max(acknowledged, RunAndKill(folder.Path, lines: random.Next(20, 400)));
            using DirectoriesRig rig = new(new PosixFileSystem(), folder.Path) { Config = Config };
            LogDirectories directories = rig.Open();
            Assert.Empty(rig.OfflinePartitions);
            PartitionLog log = directories.Logs.Find(Name)!;
            Assert.True(log.LogEndOffset >= acknowledged, $"round {round}: {log.LogEndOffset} of {acknowledged}");
            CheckValues(log);

            // Every other time the next process has to recover what this one has left.
            if (round % 2 == 0)
            {
                Assert.True(directories.Close(null));
            }
            else
            {
                directories.All[0].Unlock();
            }
        }

        Assert.True(acknowledged > 100, $"only {acknowledged} records were appended");
    }

    private static long RunAndKill(string folder, int lines)
    {
        string assembly = typeof(KillTests).Assembly.Location;
        ProcessStartInfo start = new(
            "dotnet", ["exec", assembly, ChildCommand, folder]) { RedirectStandardOutput = true };
        using Process child = Process.Start(start)!;
        long acknowledged = 0;
        for (int line = 0; line < lines; line++)
        {
            string? text = child.StandardOutput.ReadLine();
            Assert.True(text is not null, "the child ended by itself");
            acknowledged = long.Parse(text, CultureInfo.InvariantCulture);
        }

        // SIGKILL; what it had printed until then is acknowledged, too.
        child.Kill();
        while (child.StandardOutput.ReadLine() is { } text)
        {
            acknowledged = long.TryParse(text, CultureInfo.InvariantCulture, out long last)
                ? Math.Max(last, acknowledged)
                : acknowledged;
        }

        child.WaitForExit();
        return acknowledged;
    }

    private static void CheckValues(PartitionLog log)
    {
        long next = 0;
        foreach (byte[] bytes in DirectoriesRig.Contents(log).Values)
        {
            RecordReader records = RecordReader.OverPlain(new RecordBatch(bytes));
            while (records.MoveNext())
            {
                Assert.Equal(next, records.Current.Offset);
                Assert.Equal(next, BinaryPrimitives.ReadInt64BigEndian(records.Current.Value));
                next++;
            }
        }

        Assert.Equal(log.LogEndOffset, next);
    }

    /// <summary>
    /// The child: appends records whose values are their offsets, and prints the end of what it acknowledges.
    /// </summary>
    internal static void AppendForEver(string folder)
    {
        using DirectoriesRig rig = new(
            new PosixFileSystem(), folder) { Config = Config, HasThreads = true, IsSimulated = false };
        LogDirectories directories = rig.Open();
        PartitionLog log = directories.Logs.Find(Name) ?? rig.Create(directories);
        for (int step = 0; ; step++)
        {
            using BatchBuilder builder = new();
            builder.Begin(new NewBatch());
            byte[] value = new byte[8 + (step % 300)];
            for (int index = 0; index <= step % 3; index++)
            {
                BinaryPrimitives.WriteInt64BigEndian(value, log.LogEndOffset + index);
                builder.Append(LogRig.StartMs, RecordField.Null, value);
            }

            AppendResult result = rig.Appends.Append(log, rig.Appends.Pin(builder.Finish()));
            if (result.Error != ErrorCode.None || log.Flush(result.Ticket) != ErrorCode.None)
            {
                return;
            }

            log.AdvanceHighWatermark(log.LogEndOffset);
            if (step % 40 == 0)
            {
                directories.All[0].WriteOffsets(OffsetCheckpoint.RecoveryPointFile, directories.Logs.All);
            }

            Console.Out.WriteLine(log.LogEndOffset.ToString(CultureInfo.InvariantCulture));
        }
    }
}
