namespace Millrace.Protocol.Compression;

/// <summary>What one step of a decoder came to.</summary>
internal enum CodecStep : byte
{
    /// <summary>The target is full, or there is more to be had.</summary>
    More,

    /// <summary>The payload is complete.</summary>
    End,

    /// <summary>The payload is bad, or ended early.</summary>
    Bad,

    /// <summary>The payload declares more than the limits allow.</summary>
    TooLarge,
}
