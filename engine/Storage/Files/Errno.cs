namespace Millrace.Storage;

/// <summary>The error numbers of Linux that a file operation can answer.</summary>
internal static class Errno
{
    internal const int NotPermitted = 1;
    internal const int NoEntry = 2;
    internal const int Interrupted = 4;
    internal const int InputOutput = 5;
    internal const int BadDescriptor = 9;
    internal const int Again = 11;
    internal const int NoMemory = 12;
    internal const int Access = 13;
    internal const int Exists = 17;
    internal const int ProcessFilesFull = 24;
    internal const int SystemFilesFull = 23;
    internal const int FileTooBig = 27;
    internal const int NoSpace = 28;
    internal const int ReadOnlyFileSystem = 30;
    internal const int NameTooLong = 36;
    internal const int NoSystemCall = 38;
    internal const int NotEmpty = 39;
    internal const int NotSupported = 95;
    internal const int QuotaExceeded = 122;
}
