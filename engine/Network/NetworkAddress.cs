using System.Buffers.Binary;
using System.Net;

namespace Millrace.Network;

/// <summary>
/// An IP address with a port, without an allocation. An IPv4 address is kept as the IPv6 address that maps it
/// (<c>::ffff:a.b.c.d</c>), so that one client counts as one address whichever family its socket speaks.
/// </summary>
/// <param name="High">First eight bytes of the IPv6 address, in network order.</param>
/// <param name="Low">Last eight bytes.</param>
/// <param name="Port">Port, 0 for none.</param>
public readonly record struct NetworkAddress(ulong High, ulong Low, ushort Port)
{
    /// <summary>Bytes of the largest <c>sockaddr</c> read here.</summary>
    internal const int RawSizeMax = 28;

    internal const int FamilyIPv4 = 2;
    internal const int FamilyIPv6 = 10;

    private const ulong MappedPrefix = 0x0000_ffff_0000_0000;

    /// <summary>True for an IPv4 address, also one that arrived over a dual-stack socket.</summary>
    public bool IsIPv4 => High == 0 && (Low & 0xffff_ffff_0000_0000) == MappedPrefix;

    /// <summary>The same address without its port: what limits per address count.</summary>
    public NetworkAddress WithoutPort => this with { Port = 0 };

    public static NetworkAddress From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return new NetworkAddress(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            (ushort)port);
    }

    /// <summary>Reads a <c>sockaddr_in</c> or <c>sockaddr_in6</c>; any other family answers the default.</summary>
    internal static NetworkAddress FromRaw(ReadOnlySpan<byte> raw)
    {
        if (raw.Length < 16)
        {
            return default;
        }

        ushort family = BitConverter.ToUInt16(raw);
        ushort port = BinaryPrimitives.ReadUInt16BigEndian(raw[2..]);
        return family switch
        {
            FamilyIPv4 => new NetworkAddress(0, MappedPrefix | BinaryPrimitives.ReadUInt32BigEndian(raw[4..]), port),
            FamilyIPv6 when raw.Length >= 24 => new NetworkAddress(
                BinaryPrimitives.ReadUInt64BigEndian(raw[8..]), BinaryPrimitives.ReadUInt64BigEndian(raw[16..]), port),
            _ => default,
        };
    }

    /// <summary>Writes the <c>sockaddr</c> of the family wished for.</summary>
    /// <returns>Bytes written.</returns>
    internal int WriteRaw(Span<byte> raw, int family)
    {
        raw.Clear();
        BitConverter.TryWriteBytes(raw, (ushort)family);
        BinaryPrimitives.WriteUInt16BigEndian(raw[2..], Port);
        if (family == FamilyIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(raw[4..], (uint)Low);
            return 16;
        }

        BinaryPrimitives.WriteUInt64BigEndian(raw[8..], High);
        BinaryPrimitives.WriteUInt64BigEndian(raw[16..], Low);
        return RawSizeMax;
    }

    /// <summary>The address alone, IPv4 in dotted form.</summary>
    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    /// <summary><c>192.0.2.1:9092</c> or <c>[2001:db8::1]:9092</c>; without a port the address alone.</summary>
    public override string ToString()
    {
        IPAddress address = ToIPAddress();
        return Port == 0 ? address.ToString() : new IPEndPoint(address, Port).ToString();
    }
}
