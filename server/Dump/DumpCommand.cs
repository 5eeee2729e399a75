using System.CommandLine;
using System.Text;

namespace Millrace.Server;

/// <summary>
/// <c>millrace dump FILE...</c>: what is in the files of a log directory. Options and lines are those of
/// <c>kafka-dump-log</c>, and <c>--files</c> works as well; more kinds of files are understood, and the exit code says
/// whether anything was wrong.
/// </summary>
internal static class DumpCommand
{
    private const int OutputBufferBytes = 64 * 1024;

    private static readonly Argument<string[]> Paths = new("FILE")
    {
        Description = "Files of a log directory: .log, .index, .timeindex, .txnindex, .snapshot, .checkpoint, "
            + "leader-epoch-checkpoint, the offset checkpoints, meta.properties, partition.metadata, quorum-state, "
            + ".kafka_cleanshutdown.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<string> Files = new("--files")
    {
        Description = "The same, as one comma-separated list.",
        HelpName = "file1,file2,...",
    };

    private static readonly Option<bool> PrintDataLog = new("--print-data-log")
    {
        Description = "Print keys and values of records as texts. Every decoder sets it.",
    };

    private static readonly Option<bool> DeepIteration = new("--deep-iteration")
    {
        Description = "Print the records of each batch, not only the batch. --print-data-log sets it.",
    };

    private static readonly Option<bool> SkipRecordMetadata = new("--skip-record-metadata")
    {
        Description = "Print keys and values alone, without offsets, times and sizes, and no control records.",
    };

    private static readonly Option<bool> ClusterMetadata = new("--cluster-metadata-decoder")
    {
        Description = "Decode values as records of __cluster_metadata.",
    };

    private static readonly Option<bool> Offsets = new("--offsets-decoder")
    {
        Description = "Decode records as those of __consumer_offsets.",
    };

    private static readonly Option<bool> TransactionLog = new("--transaction-log-decoder")
    {
        Description = "Decode records as those of __transaction_state.",
    };

    private static readonly Option<bool> ShareGroupState = new("--share-group-state-decoder")
    {
        Description = "Decode records as those of __share_group_state.",
    };

    private static readonly Option<bool> IndexSanityCheck = new("--index-sanity-check")
    {
        Description = "Check only what a start checks of an index, and print no entries.",
    };

    private static readonly Option<bool> VerifyIndexOnly = new("--verify-index-only")
    {
        Description = "Hold an index against its log, and print no entries.",
    };

    private static readonly Option<int> MaxBytes = new("--max-bytes")
    {
        Description = "Read no more than so many bytes of each log.",
        DefaultValueFactory = _ => int.MaxValue,
        HelpName = "size",
    };

    private static readonly Option<int> MaxMessageSize = new("--max-message-size")
    {
        Description = "Taken for the sake of scripts; batches of every size are read.",
        DefaultValueFactory = _ => 5 * 1024 * 1024,
        HelpName = "size",
        Hidden = true,
    };

    public static Command Create()
    {
        Command command = new("dump", "Print what is in the files of a log directory, as kafka-dump-log does.")
        {
            Paths, Files, PrintDataLog, DeepIteration, SkipRecordMetadata, ClusterMetadata, Offsets, TransactionLog,
            ShareGroupState, IndexSanityCheck, VerifyIndexOnly, MaxBytes, MaxMessageSize,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Paths) is not { Length: > 0 } && string.IsNullOrEmpty(result.GetValue(Files)))
            {
                result.AddError("Which files? For example: millrace dump millrace-data/orders-0/*.log");
            }

            if (result.GetResult(MaxBytes)?.Errors.Any() != true && result.GetValue(MaxBytes) < 0)
            {
                result.AddError("--max-bytes is negative: give the number of bytes to read of each log.");
            }
        });
        command.SetAction(parsed => (int)Run(parsed));
        return command;
    }

    private static ExitCode Run(ParseResult parsed)
    {
        string[] files =
        [
            .. parsed.GetValue(Paths) ?? [],
            .. (parsed.GetValue(Files) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries),
        ];
        DumpOptions options = Options(parsed);
        TextWriter errors = parsed.InvocationConfiguration.Error;
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (!ReferenceEquals(output, Console.Out))
        {
            return DumpAll(files, options, output, errors);
        }

        // The console's own writer makes a system call for each piece: 30 for the line of one record.
        using StreamWriter buffered = new(
            Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), OutputBufferBytes);
        return DumpAll(files, options, buffered, errors);
    }

    private static DumpOptions Options(ParseResult parsed)
    {
        RecordDecoder decoder = parsed.GetValue(Offsets) ? RecordDecoder.Offsets
            : parsed.GetValue(TransactionLog) ? RecordDecoder.TransactionLog
            : parsed.GetValue(ClusterMetadata) ? RecordDecoder.ClusterMetadata
            : parsed.GetValue(ShareGroupState) ? RecordDecoder.ShareGroupState
            : RecordDecoder.Text;
        bool printsContents = parsed.GetValue(PrintDataLog) || decoder != RecordDecoder.Text;
        return new DumpOptions
        {
            Decoder = decoder,
            PrintsContents = printsContents,
            PrintsRecords = printsContents || parsed.GetValue(DeepIteration),
            SkipsRecordMetadata = parsed.GetValue(SkipRecordMetadata),
            ChecksIndexOnly = parsed.GetValue(IndexSanityCheck),
            VerifiesIndexOnly = parsed.GetValue(VerifyIndexOnly),
            LogBytesMax = parsed.GetValue(MaxBytes),
        };
    }

    private static ExitCode DumpAll(string[] files, DumpOptions options, TextWriter output, TextWriter errors)
    {
        using FileDump dump = new(options, output);
        foreach (string file in files)
        {
            dump.Dump(file);
        }

        // Findings come last, as with Kafka: in a long output they would be overlooked.
        output.Flush();
        foreach (string finding in dump.Findings)
        {
            errors.WriteLine(finding);
        }

        return dump.AnyDamage ? ExitCode.DamagedFile : ExitCode.Success;
    }
}
