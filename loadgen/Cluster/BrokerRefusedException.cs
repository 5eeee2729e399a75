namespace Millrace.Loadgen;

/// <summary>
/// A broker cannot be reached, or refuses what a run cannot begin without. Ends the run with its message.
/// </summary>
internal sealed class BrokerRefusedException(string message) : Exception(message);
