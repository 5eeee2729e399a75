namespace Millrace.Server;

/// <summary>Why a broker does not start.</summary>
/// <param name="Code">The exit code.</param>
/// <param name="Problem">For the operator: what is wrong, and what to do.</param>
internal sealed record StartRefusal(ExitCode Code, string Problem);
