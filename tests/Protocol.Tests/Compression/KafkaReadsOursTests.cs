using System.Diagnostics;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Millrace.Protocol.Tests.Records;

namespace Millrace.Protocol.Tests.Compression;

public sealed class KafkaReadsOursTests
{
    [KafkaToolFact]
    public void Kafkas_dump_log_reads_every_codec_and_level_that_we_write()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("millrace-dump-");
        try
        {
            string file = Path.Combine(folder.FullName, "00000000000000000000.log");
            int batches = WriteLog(file);
            string[] lines = DumpLog(file);
            Assert.DoesNotContain(lines, line => line.Contains("isvalid: false", StringComparison.OrdinalIgnoreCase));
            Assert.Equal(batches, lines.Count(line => line.Contains("baseOffset: ", StringComparison.Ordinal)));
            for (int offset = 0; offset < batches * 20; offset++)
            {
                string record = Assert.Single(
                    lines, line => line.Contains($"| offset: {offset} ", StringComparison.Ordinal));
                Assert.EndsWith($"key: k{offset % 20} payload: v{offset % 20}", record, StringComparison.Ordinal);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static int WriteLog(string file)
    {
        List<Codec> codecs = [Codec.None];
        foreach (object[] level in CodecTests.Levels())
        {
            codecs.Add(new Codec((CompressionCodec)level[0], (int)level[1]));
        }

        using FileStream log = File.Create(file);
        for (int index = 0; index < codecs.Count; index++)
        {
            log.Write(TestBatches.Build(20, new NewBatch { BaseOffset = index * 20, Codec = codecs[index] }));
        }

        return codecs.Count;
    }

    private static string[] DumpLog(string file)
    {
        string tool = Path.Combine(SharedMaterial.Root, "kafka", "bin", "kafka-tool");
        string[] arguments = [tool, "kafka-dump-log", "--print-data-log", "--deep-iteration", "--files", file];
        ProcessStartInfo start = new("bash", arguments)
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
