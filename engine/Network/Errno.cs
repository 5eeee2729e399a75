namespace Millrace.Network;

/// <summary>The error numbers of Linux that the reactors tell apart; the same on x86-64 and arm64.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int ConnectionAborted = 103;
    public const int NoBufferSpace = 105;
    public const int FamilyNotSupported = 97;
    public const int ProtocolError = 71;
    public const int NotSupported = 95;
    public const int AddressNotAvailable = 99;
    public const int InProgress = 115;
}
