using Millrace.Protocol;
using Millrace.Protocol.Wire;

namespace Millrace.Broker;

/// <summary>One line of the <see cref="ApiTable"/>: an API, the versions served, and who serves it.</summary>
public sealed class ApiEntry
{
    public ApiEntry(IRequestHandler handler)
    {
        Handler = handler;
        Facts = ApiFacts.Of(handler.ApiKey);
        MinVersion = OldestServed(handler.ApiKey);
        AdvertisedMinVersion = Math.Min(MinVersion, Facts.AdvertisedMinVersion);
    }

    public IRequestHandler Handler { get; }

    public ApiFacts Facts { get; }

    public ApiKey Key => Facts.Key;

    /// <summary>
    /// Oldest version served: back to what Kafka 3.9 spoke, as old tools that Kafka 4 cut off are to go on working
    /// (Burrow 1.2 asks ListOffsets 0).
    /// </summary>
    public short MinVersion { get; }

    /// <summary>Lowest version in the answer to ApiVersions; lower than what is served for Produce alone.</summary>
    public short AdvertisedMinVersion { get; }

    public short MaxVersion => Facts.MaxVersion;

    public bool Serves(short version) => version >= MinVersion && version <= MaxVersion;

    /// <summary>Below these Produce and Fetch carry records of formats that Kafka 4 no longer keeps.</summary>
    private static short OldestServed(ApiKey key) => key switch
    {
        ApiKey.Produce => ProduceRequestReader.VersionMin,
        ApiKey.Fetch => FetchRequestReader.VersionMin,
        _ => MessageCatalog.TryFindRequest((short)key, out MessageDescriptor? request)
            ? request.VersionMin
            : throw new ArgumentException($"{key} has no request.", nameof(key)),
    };
}
