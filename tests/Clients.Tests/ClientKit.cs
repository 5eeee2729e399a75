using System.Diagnostics;

namespace Millrace.Clients.Tests;

/// <summary>
/// The clients of the reference material, and kafkajs from its registry: where they are, and how they are made ready.
/// What has to be installed lands in <c>artifacts/clients</c> and stays there.
/// </summary>
internal static class ClientKit
{
    /// <summary>Where Debian has it.</summary>
    public const string ZooKeeperScript = "/usr/share/zookeeper/bin/zkServer.sh";

    private static readonly string Clients = Path.Combine(SharedMaterial.Root, "clients");
    private static readonly string Installed = Path.Combine(Repository.Root, "artifacts", "clients");
    private static readonly Lazy<string> PythonEnvironment = new(InstallPython);

    public static string? WhyNoBroker { get; } = NativeBinary.WhyAbsent;

    public static string? WhyNoKit { get; } = WhyNoBroker ?? SharedMaterial.WhyAbsent(SharedPart.Whole);

    public static string? WhyNoJava { get; } =
        WhyNoKit ?? ProgramsOnPath.WhyAbsent("java", "openjdk-17-jre-headless");

    public static string? WhyNoPython { get; } = WhyNoKit ?? FindWhyNoPython();

    public static string? WhyNoKcat { get; } = WhyNoBroker ?? ProgramsOnPath.WhyAbsent("kcat", "kcat");

    public static string? WhyNoBurrow { get; } =
        WhyNoKcat ?? ProgramsOnPath.WhyAbsent("Burrow", "burrow")
        ?? (File.Exists(ZooKeeperScript) ? null : $"needs {ZooKeeperScript} (Debian: zookeeper)");

    public static string? WhyNoKafkaJs { get; } = WhyNoBroker ?? FindWhyNoKafkaJs();

    public static ProcessStartInfo Python(string environment, string program, string address, string[] flags)
    {
        string interpreter = environment == "newest" ? PythonEnvironment.Value : $"{PythonEnvironment.Value}-2.0.2";
        return new ProcessStartInfo(
            Path.Combine(interpreter, "bin", "python"),
            [Path.Combine(Clients, "python", program), "--bootstrap", address, .. flags])
        {
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        };
    }

    public static ProcessStartInfo Go(string program, string check, string address) =>
        new(Path.Combine(Clients, "go", "bin", program), ["-bootstrap", address, check]);

    public static ProcessStartInfo Java(string program, string version, string address, string[] flags) => new(
        "bash",
        [Path.Combine(Clients, "java", "run"), program, "--client", version, "--bootstrap", address, .. flags]);

    /// <summary>
    /// The check of Kafka Connect. It starts Kafka's script as a program, which the material's files may not be: it is
    /// run in a folder of the same shape, with a script that may.
    /// </summary>
    public static ProcessStartInfo Connect(string address, int restPort)
    {
        string shape = Path.Combine(Installed, "connect");
        string check = Path.Combine(shape, "clients", "java", "connect");
        string bin = Path.Combine(shape, "kafka", "bin");
        Directory.CreateDirectory(check);
        Directory.CreateDirectory(bin);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Clients, "java", "connect")))
        {
            File.WriteAllBytes(Path.Combine(check, Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        string kafka = Path.Combine(SharedMaterial.Root, "kafka");
        string connector = Path.Combine(shape, "kafka", "4.3.1");
        Directory.CreateDirectory(connector);
        File.WriteAllBytes(
            Path.Combine(connector, "connect-file-4.3.1.jar"),
            File.ReadAllBytes(Path.Combine(kafka, "4.3.1", "connect-file-4.3.1.jar")));
        string script = Path.Combine(bin, "connect-standalone");
        File.WriteAllText(
            script,
            $"#!/usr/bin/env bash\nexec bash '{Path.Combine(kafka, "bin", "kafka-run-class")}' "
                + "org.apache.kafka.connect.cli.ConnectStandalone \"$@\"\n");
        ProgramRun.Of("chmod", "+x", script).MustEndWell();
        return new ProcessStartInfo(
            "bash", [Path.Combine(check, "check-connect"), "--bootstrap", address, "--rest-port", $"{restPort}"]);
    }

    public static ProcessStartInfo KafkaJs(string address) =>
        new("node", [Path.Combine(Installed, "kafkajs", "checks.js"), address]);

    private static string? FindWhyNoPython() =>
        ProgramsOnPath.Has("python3.11") && ProgramRun.Of("python3.11", "-c", "import venv, ensurepip").ExitCode == 0
            ? null
            : "needs python3.11 with venv on the path (Debian: python3.11-venv)";

    private static string InstallPython()
    {
        string environment = Path.Combine(Installed, "python");
        string whole = Path.Combine(Installed, "python-is-whole");
        if (!File.Exists(whole))
        {
            Directory.CreateDirectory(Installed);
            ProgramRun.Of("bash", Path.Combine(Clients, "python", "install"), environment).MustEndWell();
            File.WriteAllText(whole, "");
        }

        return environment;
    }

    private static string? FindWhyNoKafkaJs()
    {
        if (!ProgramsOnPath.Has("node") || !ProgramsOnPath.Has("npm"))
        {
            return "needs node and npm on the path (Debian: nodejs, npm)";
        }

        string folder = Path.Combine(Installed, "kafkajs");
        Directory.CreateDirectory(folder);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests/Clients.Tests/kafkajs")))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        }

        if (Directory.Exists(Path.Combine(folder, "node_modules", "kafkajs")))
        {
            return null;
        }

        // Without a network, npm would try for a quarter of an hour.
        ProgramRun install = ProgramRun.Of(
            "npm", "ci", "--silent", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=60000",
            "--prefix", folder);
        return install.ExitCode == 0 ? null : "needs kafkajs, which npm could not install here";
    }
}
