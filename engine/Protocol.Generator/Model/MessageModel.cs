namespace Millrace.Protocol.Generator.Model;

/// <summary>
/// A message with everything that its code depends on, and nothing else: no symbols, no places in files.
/// </summary>
/// <param name="Namespace">C# namespace.</param>
/// <param name="Identity">What the catalog knows of it.</param>
/// <param name="Log">Member of <c>RecordLog</c>.</param>
/// <param name="Versions">Versions that can be read and written.</param>
/// <param name="Flexible">Versions with compact lengths and tagged fields.</param>
/// <param name="UnstableFrom">First version that Kafka does not enable by default, or <see
/// cref="VersionRange.Endless"/>.</param>
/// <param name="Structs">The message class itself, then those nested in it.</param>
internal sealed record MessageModel(
    string Namespace,
    MessageIdentity Identity,
    VersionRange Versions,
    VersionRange Flexible,
    int UnstableFrom,
    EquatableArray<StructModel> Structs)
{
    public StructModel Root => Structs[0];
}

/// <summary>What the catalog needs of a message, and the check that no two share a key.</summary>
/// <param name="FullName">C# name with namespace.</param>
/// <param name="KafkaName">Kafka's name.</param>
/// <param name="Type">Member of <c>MessageType</c>.</param>
/// <param name="Key">API key, record key, or -1.</param>
/// <param name="Log">Member of <c>RecordLog</c>.</param>
internal sealed record MessageIdentity(string FullName, string KafkaName, string Type, int Key, string Log);
