using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <summary>
/// What is served, in which versions. Written from the table on the reactor, since every connection begins with it.
/// </summary>
public sealed class ApiVersionsHandler : IRequestHandler
{
    private const short FirstWithSoftware = 3;
    private const short FirstWithLevelZero = 4;
    private const short FirstWithNode = 5;

    private readonly ApiTable table;
    private readonly IFeatureSource features;

    internal ApiVersionsHandler(ApiTable table, IFeatureSource features)
    {
        this.table = table;
        this.features = features;
    }

    public ApiKey ApiKey => ApiKey.ApiVersions;

    public DecodeError Begin(BrokerReactor reactor, in RequestView request)
    {
        ErrorCode error = ErrorCode.None;
        if (request.Version >= FirstWithSoftware)
        {
            ByteReader reader = new(request.Body);
            error = Check(ref reader, request.Version);
            if (reader.Failed)
            {
                return reader.Error;
            }
        }

        Answer(reactor, request, request.Version, error);
        return default;
    }

    /// <summary>
    /// A version that is not served is answered in the oldest form, with the versions of this API alone, so that the
    /// client can ask again (KIP-511).
    /// </summary>
    internal static void AnswerUnsupported(BrokerReactor reactor, in RequestView request)
    {
        Span<byte> body = stackalloc byte[
            ApiVersionsResponseWriter.FixedBytesMax + ApiVersionsResponseWriter.ApiBytesMax];
        ApiVersionsResponseWriter writer = new(body, 0);
        ApiFacts facts = ApiFacts.Of(ApiKey.ApiVersions);
        writer.Begin(ErrorCode.UnsupportedVersion, apiCount: 1);
        writer.Api(ApiKey.ApiVersions, facts.MinVersion, facts.MaxVersion);
        writer.End(throttleTimeMs: 0);
        BrokerReactor.WriteHeader(request.Slot, headerVersion: 0, request.CorrelationId);
        request.Slot.Append(body[..writer.Position]);
        request.Slot.Complete();
    }

    private void Answer(BrokerReactor reactor, in RequestView request, short version, ErrorCode error)
    {
        // After an error nothing else is told: a client that gave a wrong name is not to rely on what it reads.
        ReadOnlySpan<ApiEntry> entries = error == ErrorCode.None ? table.Entries : [];
        FeatureSnapshot snapshot = error == ErrorCode.None ? features.Features : FeatureSnapshot.None;
        Span<byte> body = reactor.Scratch(SizeMax(entries.Length, snapshot));
        ApiVersionsResponseWriter writer = new(body, version);
        writer.Begin(error, entries.Length);
        foreach (ApiEntry entry in entries)
        {
            writer.Api(entry.Key, entry.AdvertisedMinVersion, entry.MaxVersion);
        }

        FeatureVersions[] supported =
            version >= FirstWithLevelZero ? snapshot.Supported : snapshot.SupportedFromOne;
        writer.End(throttleTimeMs: 0, supported, snapshot.FinalizedEpoch, snapshot.Finalized);
        BrokerReactor.WriteHeader(request.Slot, headerVersion: 0, request.CorrelationId);
        request.Slot.Append(body[..writer.Position]);
        request.Slot.Complete();
    }

    private static int SizeMax(int apiCount, FeatureSnapshot snapshot)
    {
        int size = ApiVersionsResponseWriter.FixedBytesMax + (apiCount * ApiVersionsResponseWriter.ApiBytesMax);
        foreach (FeatureVersions feature in snapshot.Supported)
        {
            size += feature.Name.Length + ApiVersionsResponseWriter.FeatureBytesMax;
        }

        foreach (FeatureVersions feature in snapshot.Finalized)
        {
            size += feature.Name.Length + ApiVersionsResponseWriter.FeatureBytesMax;
        }

        return size;
    }

    private ErrorCode Check(ref ByteReader reader, short version)
    {
        ReadOnlySpan<byte> name = ReadText(ref reader, out _);
        ReadOnlySpan<byte> softwareVersion = ReadText(ref reader, out _);
        if (!reader.Failed && (!IsSoftwareText(name) || !IsSoftwareText(softwareVersion)))
        {
            return ErrorCode.InvalidRequest;
        }

        if (version < FirstWithNode)
        {
            return ErrorCode.None;
        }

        ReadOnlySpan<byte> clusterId = ReadText(ref reader, out bool hasClusterId);
        int nodeId = reader.ReadInt32();
        return !reader.Failed && IsForAnother(clusterId, hasClusterId, nodeId)
            ? ErrorCode.RebootstrapRequired
            : ErrorCode.None;
    }

    /// <summary>
    /// The client's address book is out of date: it reached another node than it meant to (KIP-1242). Who names no
    /// cluster is not asked for the node either.
    /// </summary>
    private bool IsForAnother(ReadOnlySpan<byte> clusterId, bool hasClusterId, int nodeId) =>
        hasClusterId && (!EqualsText(clusterId, features.ClusterId) || nodeId != features.NodeId);

    private static bool EqualsText(ReadOnlySpan<byte> bytes, string text)
    {
        if (bytes.Length != text.Length)
        {
            return false;
        }

        for (int index = 0; index < bytes.Length; index++)
        {
            if (bytes[index] != text[index])
            {
                return false;
            }
        }

        return true;
    }

    private static ReadOnlySpan<byte> ReadText(ref ByteReader reader, out bool hasValue)
    {
        int length = reader.ReadStringLength(flexible: true);
        hasValue = length >= 0;
        return reader.ReadSpan(Math.Max(length, 0));
    }

    /// <summary>Letters and digits, with dashes and dots between them (KIP-511).</summary>
    private static bool IsSoftwareText(ReadOnlySpan<byte> text)
    {
        for (int index = 0; index < text.Length; index++)
        {
            bool isInner = index > 0 && index < text.Length - 1 && text[index] is (byte)'-' or (byte)'.';
            if (!isInner && !char.IsAsciiLetterOrDigit((char)text[index]))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }
}
