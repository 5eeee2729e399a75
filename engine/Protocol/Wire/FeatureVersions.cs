namespace Millrace.Protocol.Wire;

/// <summary>A feature and its range of versions, supported or finalized (KIP-584). The name is UTF-8.</summary>
public readonly record struct FeatureVersions(byte[] Name, short Min, short Max);
