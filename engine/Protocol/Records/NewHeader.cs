namespace Millrace.Protocol.Records;

/// <summary>A header of a record that is being built.</summary>
/// <param name="Key">Not null.</param>
/// <param name="Value">May be null.</param>
public readonly record struct NewHeader(string Key, byte[]? Value);
