using Millrace.Base;

namespace Millrace.Protocol;

/// <summary>
/// What is known of a message without having one: its name, key and versions. One immutable object a message.
/// </summary>
public sealed class MessageDescriptor
{
    private readonly Func<IMessage> create;
    private readonly int memory;

    /// <param name="name">Kafka's name, such as <c>FetchRequest</c>.</param>
    /// <param name="type">What the message is for.</param>
    /// <param name="key">API key, or the record's key in its log, or -1.</param>
    /// <param name="log">The log whose record it is.</param>
    /// <param name="versions">First and last version; the last is below the first where there is none.</param>
    /// <param name="flexibleMin">First version with compact lengths and tagged fields, 32767 for none.</param>
    /// <param name="unstableFrom">First version that Kafka does not enable by default, 32767 for none.</param>
    /// <param name="memory">Bytes that an empty message takes.</param>
    /// <param name="create">Makes an empty message.</param>
    public MessageDescriptor(
        string name,
        MessageType type,
        short key,
        RecordLog log,
        (short Min, short Max) versions,
        short flexibleMin,
        short unstableFrom,
        int memory,
        Func<IMessage> create)
    {
        Name = name;
        Type = type;
        Key = key;
        Log = log;
        (VersionMin, VersionMax) = versions;
        FlexibleMin = flexibleMin;
        UnstableFrom = unstableFrom;
        this.memory = memory;
        this.create = create;
    }

    public string Name { get; }

    public MessageType Type { get; }

    /// <summary>API key, or the record's key in its log, or -1.</summary>
    public short Key { get; }

    /// <summary>The log whose record this is.</summary>
    public RecordLog Log { get; }

    public short VersionMin { get; }

    /// <summary>Last version, inclusive; below <see cref="VersionMin"/> for a retired message.</summary>
    public short VersionMax { get; }

    /// <summary>First flexible version; 32767 where there is none.</summary>
    public short FlexibleMin { get; }

    /// <summary>First version that Kafka does not enable by default; 32767 where there is none.</summary>
    public short UnstableFrom { get; }

    public bool Supports(short version) => version >= VersionMin && version <= VersionMax;

    /// <summary>Whether lengths are compact and tagged fields there; true for versions newer than known too.</summary>
    public bool IsFlexible(short version) => version >= FlexibleMin;

    /// <summary>
    /// Version of the header in front of this request or response. ApiVersions is answered with header 0 always, as
    /// a client that does not yet know the broker could not tell otherwise (KIP-511), and ControlledShutdown 0 is the
    /// one request whose header has no client id.
    /// </summary>
    /// <exception cref="InvalidOperationException">The message has no header.</exception>
    public short HeaderVersion(short version) => Type switch
    {
        MessageType.Request when Key == (short)ApiKey.ControlledShutdown && version == 0 => 0,
        MessageType.Request => IsFlexible(version) ? (short)2 : (short)1,
        MessageType.Response when Key == (short)ApiKey.ApiVersions => 0,
        MessageType.Response => IsFlexible(version) ? (short)1 : (short)0,
        _ => throw new InvalidOperationException($"{Name} is no request or response, it has no header."),
    };

    /// <summary>An empty message, every field at its default.</summary>
    public IMessage Create() => create();

    /// <summary>Fails the reader where the version is unknown, and charges the memory of an empty message.</summary>
    /// <returns>True where reading may go on.</returns>
    public bool BeginRead(ref ByteReader reader, short version)
    {
        if (Supports(version))
        {
            return reader.Charge(memory);
        }

        reader.Fail(DecodeErrorKind.UnsupportedVersion);
        return false;
    }

    /// <exception cref="MessageVersionException">The message has no such version.</exception>
    public void BeginWrite(short version)
    {
        if (!Supports(version))
        {
            throw new MessageVersionException($"{Name} has no version {version}, only {VersionMin} to {VersionMax}.");
        }
    }

    public override string ToString() => $"{Name} {VersionMin}-{VersionMax}";
}
