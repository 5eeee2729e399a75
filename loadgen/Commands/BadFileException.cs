namespace Millrace.Loadgen;

/// <summary>A file that an option or argument names is missing, or says what is not understood. Ends the run.</summary>
internal sealed class BadFileException(string message, Exception inner) : Exception(message, inner);
