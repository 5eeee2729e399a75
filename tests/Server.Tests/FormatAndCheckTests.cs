namespace Millrace.Server.Tests;

public sealed class FormatAndCheckTests : IDisposable
{
    private const string ClusterId = "5L6g3nShT-eMCtK--X86sw";

    private readonly string folder = Directory.CreateTempSubdirectory("millrace-format-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_formatted_directory_is_of_the_cluster_and_begins_with_its_features()
    {
        ProgramRun run = Format("--release-version", "4.1", "--feature", "transaction.version=1");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.StartsWith($"Formatting metadata directory {folder} with metadata.version 4.1-", run.Output);
        ProgramRun dump = InProcess.Run(
            "dump",
            "--cluster-metadata-decoder",
            Path.Combine(folder, "meta.properties"),
            Path.Combine(folder, "__cluster_metadata-0", "00000000000000000000-0000000000.checkpoint"));
        Assert.Contains($"clusterId: {ClusterId} nodeId: 1 ", dump.Output, StringComparison.Ordinal);
        Assert.Contains("""{"name":"transaction.version","featureLevel":1}""", dump.Output, StringComparison.Ordinal);
        Assert.Contains("KRaftVoters ", dump.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_credential_to_begin_with_is_kept_as_kafka_keeps_it()
    {
        // The keys are those that kafka-storage 4.4 wrote for the same option.
        ProgramRun run = Format(
            "--add-scram",
            "SCRAM-SHA-256=[name=alice,password=\"alice-secret\",iterations=8192,"
            + "salt=\"MWx2NHBkbnc0ZndxN25vdGN4bTB5eTFrN3E=\"]",
            "--add-scram",
            "SCRAM-SHA-512=[name=bob,password=x]");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        string records = DumpOfSnapshot();
        Assert.Contains(
            """
            {"name":"alice","mechanism":1,"salt":"MWx2NHBkbnc0ZndxN25vdGN4bTB5eTFrN3E=",
            """ + """
            "storedKey":"ATCNm0Bdyw4jLyGcNlQa1BNUUpU74NCH241kMWnL/Eg=",
            """ + """
            "serverKey":"aQ6vIVKtNh+OM9aE7oSigBc0I697NTBBRcJ2G/OLsKk=","iterations":8192}
            """,
            records,
            StringComparison.Ordinal);
        Assert.Contains("""{"name":"bob","mechanism":2,""", records, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_to_join_a_quorum_names_nobody()
    {
        ProgramRun run = Format("--no-initial-controllers");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        string records = DumpOfSnapshot();
        Assert.Contains("""KRaftVersion {"version":0,"kRaftVersion":1}""", records, StringComparison.Ordinal);
        Assert.DoesNotContain("KRaftVoters", records, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_tells_what_the_metadata_holds_and_refuses_what_a_start_would()
    {
        Format();
        Assert.Contains(
            "ok    metadata: formatted, and never started\n",
            Check($"log.dirs={folder}").Output,
            StringComparison.Ordinal);

        Directory.CreateDirectory(Path.Combine(folder, "orders-0"));
        ProgramRun orphaned = Check($"log.dirs={folder}");
        Assert.Equal((int)ExitCode.DirectoryRefused, orphaned.ExitCode);
        Assert.Contains("there is no metadata of their cluster", orphaned.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_is_formatted_once()
    {
        Format();
        byte[] before = File.ReadAllBytes(Path.Combine(folder, "meta.properties"));

        ProgramRun again = Format();
        ProgramRun ignoring = Format("--ignore-formatted");

        Assert.Equal((int)ExitCode.DirectoryRefused, again.ExitCode);
        Assert.Contains("is already formatted", again.Errors, StringComparison.Ordinal);
        Assert.Equal((0, "All of the log directories are already formatted.\n"), (ignoring.ExitCode, ignoring.Output));
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder, "meta.properties")));
    }

    [Theory]
    [InlineData("--release-version", "9.9", "--release-version 9.9: there is no such version")]
    [InlineData("--feature", "transaction.version", "--feature transaction.version: takes feature=level")]
    [InlineData("--add-scram", "SCRAM-MD5=[name=a,password=b]", "there are SCRAM-SHA-256 and SCRAM-SHA-512")]
    [InlineData("--add-scram", "SCRAM-SHA-256=[name=a]", "takes a name, and either a password or a saltedpassword")]
    [InlineData("--add-scram", "SCRAM-SHA-256=[name=a,password=b,iterations=1]", "takes 4096 to 16384")]
    [InlineData("--add-scram", "SCRAM-SHA-256=[name=a,password=b,salt=!]", "the salt is not base64")]
    [InlineData("--initial-controllers", "1@localhost", "takes id@host:port:directory")]
    [InlineData("--feature", "kraft.version=0", "--feature kraft.version=0: it is 1")]
    public void An_option_that_cannot_be_is_refused_with_its_name_and_nothing_is_written(
        string option, string value, string message)
    {
        ProgramRun run = Format(option, value);

        Assert.Equal((int)ExitCode.Usage, run.ExitCode);
        Assert.Contains(message, run.Errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void A_wrong_config_is_told_with_key_and_value()
    {
        ProgramRun run = InProcess.Run("check", "--set", "num.partitions=x");

        Assert.Equal((int)ExitCode.BadConfig, run.ExitCode);
        Assert.Contains("Invalid value x for configuration num.partitions", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_tells_what_a_start_would_do_and_leaves_no_trace()
    {
        string absent = Path.Combine(folder, "absent");
        ProgramRun run = Check($"log.dirs={absent}");

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains(
            $"ok    log.dirs: {absent} is not there; a start would make and format it\n",
            run.Output,
            StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void Check_ends_as_the_start_would()
    {
        Format();

        ProgramRun other = Check($"log.dirs={folder}", "node.id=7");
        ProgramRun open = Check($"log.dirs={folder}", "authorizer.class.name=example.Guard");

        Assert.Equal((int)ExitCode.DirectoryRefused, other.ExitCode);
        Assert.Contains("is of node 1, and node.id is 7", other.Output, StringComparison.Ordinal);
        Assert.Equal((int)ExitCode.Unprotected, open.ExitCode);
        Assert.Contains("authorizer.class.name=example.Guard", open.Output, StringComparison.Ordinal);
    }

    private string DumpOfSnapshot() => InProcess.Run(
        "dump",
        "--cluster-metadata-decoder",
        Path.Combine(folder, "__cluster_metadata-0", "00000000000000000000-0000000000.checkpoint")).Output;

    private ProgramRun Format(params string[] arguments) =>
        InProcess.Run(["format", "--cluster-id", ClusterId, "--set", $"log.dirs={folder}", .. arguments]);

    private static ProgramRun Check(params string[] configs) => InProcess.Run(
    [
        "check", "--set", "listeners=PLAINTEXT://127.0.0.1:0",
        .. configs.SelectMany(config => new[] { "--set", config }),
    ]);
}
