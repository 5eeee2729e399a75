using System.Globalization;
using System.Text;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;
using Millrace.Storage;

namespace Millrace.Server;

/// <summary>Prints logs and metadata snapshots: a line for each batch, and one for each record. One thread.</summary>
internal sealed class LogDump : IDisposable
{
    /// <summary>
    /// Plain bytes of one batch. Kafka reads record by record and has no bound; what is larger than this is a
    /// decompression bomb, and is said to be one.
    /// </summary>
    private const int PlainBatchBytesMax = 1024 * 1024 * 1024;

    private readonly BatchDecoder decoder = new(new DecompressionLimits(PlainBatchBytesMax, int.MaxValue));
    private readonly IFileSystem fileSystem;
    private readonly DumpOptions options;
    private readonly TextWriter output;
    private readonly DumpFindings findings;

    public LogDump(IFileSystem fileSystem, DumpOptions options, TextWriter output, DumpFindings findings)
    {
        this.fileSystem = fileSystem;
        this.options = options;
        this.output = output;
        this.findings = findings;
    }

    /// <param name="path">The file.</param>
    /// <param name="headline">What its name says, or null.</param>
    public void Dump(string path, string? headline)
    {
        if (headline is not null)
        {
            output.WriteLine(headline);
        }

        IoError error = fileSystem.Open(path, OpenKind.Read, out IFile? file);
        if (file is null)
        {
            findings.AddUnreadable(path, error);
            return;
        }

        IoResult length = file.Length();
        if (length.Failed)
        {
            findings.AddUnreadable(path, length.Error);
        }
        else
        {
            DumpBatches(path, file, Math.Min(length.Bytes, options.LogBytesMax));
        }

        file.Close();
    }

    public void Dispose() => decoder.Dispose();

    private void DumpBatches(string path, IFile file, long end)
    {
        LogFileWalk walk = new(file, 0, end);
        long? lastOffset = null;
        while (walk.MoveNext())
        {
            WriteBatch(walk.Current, walk.CurrentPosition);
            if (options.PrintsRecords)
            {
                DumpRecords(path, walk.CurrentPosition, walk.Current, ref lastOffset);
            }
        }

        if (walk.Error != IoError.None)
        {
            findings.AddUnreadable(path, walk.Error);
        }
        else if (walk.Fault != RecordFault.None)
        {
            findings.AddDamage(path, $"no batch begins at position {walk.Position} ({walk.Fault})");
        }
        else if (walk.Position < end && options.LogBytesMax == int.MaxValue)
        {
            output.WriteLine($"Found {end - walk.Position} invalid bytes at the end of {Path.GetFileName(path)}");
        }
    }

    private void WriteBatch(RecordBatch batch, long position)
    {
        IFormatProvider plain = CultureInfo.InvariantCulture;
        if (batch.IsLegacy)
        {
            output.Write(string.Create(plain, $"offset: {batch.LastOffset}"));
        }
        else
        {
            output.Write(string.Create(
                plain,
                $"baseOffset: {batch.BaseOffset} lastOffset: {batch.LastOffset} count: {batch.Count}"
                + $" baseSequence: {batch.BaseSequence} lastSequence: {batch.LastSequence}"
                + $" producerId: {batch.ProducerId} producerEpoch: {batch.ProducerEpoch}"
                + $" partitionLeaderEpoch: {batch.PartitionLeaderEpoch} isTransactional: {Word(batch.IsTransactional)}"
                + $" isControl: {Word(batch.IsControl)}"
                + $" deleteHorizonMs: {JavaText.OptionalLong(batch.HasDeleteHorizon, batch.DeleteHorizonMs)}"));
        }

        output.WriteLine(string.Create(
            plain,
            $" position: {position} {Name(batch.TimestampType)}: {batch.MaxTimestamp} size: {batch.SizeInBytes}"
            + $" magic: {batch.Magic} compresscodec: {Name(batch.Codec)} crc: {batch.Crc}"
            + $" isvalid: {Word(batch.Check() != RecordFault.BadChecksum)}"));
    }

    private void DumpRecords(string path, long position, RecordBatch batch, ref long? lastOffset)
    {
        RecordReader records = decoder.Read(batch);
        while (records.MoveNext())
        {
            Record record = records.Current;
            if (lastOffset is not null && record.Offset != lastOffset + 1)
            {
                findings.AddUnder(
                    $"Non-consecutive offsets in {Path.GetFullPath(path)}",
                    string.Create(CultureInfo.InvariantCulture, $"  {lastOffset} is followed by {record.Offset}"),
                    isDamage: false);
            }

            lastOffset = record.Offset;
            WriteRecord(batch, record, batch.IsLegacy ? records.MessageCrc : 0);
        }

        if (records.Fault != RecordFault.None)
        {
            findings.AddDamage(path, string.Create(
                CultureInfo.InvariantCulture,
                $"the batch at position {position} cannot be read behind {records.Index} records ({records.Fault})"));
        }
    }

    private void WriteRecord(RecordBatch batch, in Record record, uint messageCrc)
    {
        string prefix = "| ";
        if (!options.SkipsRecordMetadata)
        {
            WriteRecordMetadata(batch, record, messageCrc);
            prefix = " ";
        }

        if (options.PrintsContents && !batch.IsControl)
        {
            RecordTexts texts = RecordDecoding.Decode(options.Decoder, record);
            if (texts.Key is not null)
            {
                output.Write($"{prefix}key: {texts.Key}");
            }

            if (texts.Value is not null)
            {
                output.Write($" payload: {texts.Value}");
            }
        }

        output.WriteLine();
    }

    private void WriteRecordMetadata(RecordBatch batch, in Record record, uint messageCrc)
    {
        IFormatProvider plain = CultureInfo.InvariantCulture;
        output.Write(string.Create(
            plain,
            $"| offset: {record.Offset} {Name(batch.TimestampType)}: {record.Timestamp}"
            + $" keySize: {(record.HasKey ? record.Key.Length : -1)}"
            + $" valueSize: {(record.HasValue ? record.Value.Length : -1)}"));
        if (batch.IsLegacy)
        {
            // A message with a bad checksum inside a wrapper ends the walk, the checksum of one alone is its batch's.
            string isValid = Word(batch.IsCompressed || batch.Check() != RecordFault.BadChecksum);
            output.Write(string.Create(plain, $" isValid: {isValid} crc: {messageCrc}"));
            return;
        }

        output.Write(string.Create(plain, $" sequence: {record.Sequence} headerKeys: ["));
        string separator = "";
        foreach (RecordHeader header in record.Headers)
        {
            output.Write(separator);
            output.Write(Encoding.UTF8.GetString(header.Key));
            separator = ",";
        }

        output.Write(']');
        if (batch.IsControl)
        {
            output.Write(ControlRecordText.Of(record));
        }
    }

    private static string Word(bool value) => value ? "true" : "false";

    private static string Name(TimestampType type) => type switch
    {
        TimestampType.CreateTime => "CreateTime",
        TimestampType.LogAppendTime => "LogAppendTime",
        _ => "NoTimestampType",
    };

    private static string Name(CompressionCodec codec) => codec switch
    {
        CompressionCodec.None => "none",
        CompressionCodec.Gzip => "gzip",
        CompressionCodec.Snappy => "snappy",
        CompressionCodec.Lz4 => "lz4",
        CompressionCodec.Zstd => "zstd",
        _ => string.Create(CultureInfo.InvariantCulture, $"unknown({(int)codec})"),
    };
}
