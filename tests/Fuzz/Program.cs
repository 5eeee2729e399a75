using Millrace.Fuzz;

// Fuzz TARGET [FILE...]: runs each file, or what stands on standard input, through one target. A coverage-guided fuzzer
// (afl-fuzz, or libFuzzer by way of SharpFuzz) drives this program or calls the same function itself; a violated
// property is an unhandled exception, which it takes for a crash.
if (args.Length == 0 || !FuzzTargets.TryFind(args[0], out FuzzTarget? target))
{
    Console.Error.WriteLine($"usage: Fuzz TARGET [FILE...]   targets: {string.Join(", ", FuzzTargets.Names)}");
    return 2;
}

if (args.Length == 1)
{
    using MemoryStream input = new();
    using Stream standardInput = Console.OpenStandardInput();
    standardInput.CopyTo(input);
    target(input.ToArray());
}

foreach (string file in args.Skip(1))
{
    target(File.ReadAllBytes(file));
}

return 0;
