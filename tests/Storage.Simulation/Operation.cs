namespace Millrace.Storage.Simulation;

/// <summary>The kinds of calls on the port, as faults and counts name them.</summary>
public enum Operation
{
    Open,
    Read,
    Write,
    StartWriteBack,
    Sync,
    SyncDirectory,
    Truncate,
    Preallocate,
    Length,
    Rename,
    Delete,
    CreateDirectory,
    DeleteDirectory,
    List,
    Status,
    Lock,
    FreeSpace,
}
