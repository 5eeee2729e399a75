using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>
/// Decides how brokers come and go: registration, unfencing, controlled shutdown, fencing, removal. Pure; records,
/// codes and texts are Kafka 4.4's. A node that was stopped and started finds the leader epochs of its partitions
/// raised by two: one for the leader that went, one for its return.
/// </summary>
/// <param name="image">The state.</param>
/// <param name="rules">The controller's configs.</param>
public sealed class BrokerLifecycle(MetadataImage image, ElectionRules rules)
{
    private readonly LeadershipChanges leadership = new(image, rules);

    /// <summary>Decides BrokerRegistration.</summary>
    /// <param name="request">What the broker says of itself.</param>
    /// <param name="clusterId">The cluster's id.</param>
    /// <param name="nextOffset">Offset of the first record to be written: the broker's epoch.</param>
    /// <param name="hasSession">Whether another incarnation of this broker is known to be alive.</param>
    public Decision<BrokerRegistrationResponse> Register(
        BrokerRegistrationRequest request, string clusterId, long nextOffset, bool hasSession)
    {
        image.Brokers.TryGetValue(request.BrokerId, out BrokerImage? existing);
        Refusal refusal = CheckRegistration(request, clusterId, existing, hasSession);
        if (refusal.IsError)
        {
            return new([], new BrokerRegistrationResponse { ErrorCode = (short)refusal.Code });
        }

        List<MetadataRecord> records = [];
        bool isSame = existing is not null && existing.IncarnationId == request.IncarnationId;
        if (!isSame)
        {
            // A clean shutdown leaves the epoch of the broker that made it; another, or none, is a crash.
            bool wasClean = existing is not null && existing.Epoch == request.PreviousBrokerEpoch;
            if (!image.MetadataVersion.HasElr || wasClean)
            {
                leadership.BrokerLeaves(request.BrokerId, records);
            }
            else
            {
                leadership.BrokerCameBackUncleanly(request.BrokerId, records);
            }
        }

        RegisterBrokerRecord record = RecordOf(request);
        record.BrokerEpoch = isSame ? existing!.Epoch : nextOffset;
        record.Fenced = !isSame || existing!.Fenced;
        record.InControlledShutdown = isSame && existing!.InControlledShutdown;
        records.Add(new MetadataRecord(record, image.MetadataVersion.RegisterBrokerRecordVersion));
        return new(records, new BrokerRegistrationResponse { BrokerEpoch = record.BrokerEpoch });
    }

    /// <summary>Why a broker may not register; null for no reason. The wire carries the code only.</summary>
    public Refusal CheckRegistration(
        BrokerRegistrationRequest request, string clusterId, BrokerImage? existing, bool hasSession)
    {
        if (request.ClusterId != clusterId)
        {
            return new Refusal(
                ErrorCode.InconsistentClusterId,
                $"Expected cluster ID {clusterId}, but got cluster ID {request.ClusterId}");
        }

        if (hasSession && existing is not null && existing.IncarnationId != request.IncarnationId)
        {
            return new Refusal(
                ErrorCode.DuplicateBrokerRegistration, "Another broker is registered with that broker id.");
        }

        if (request.IsMigratingZkBroker)
        {
            return new Refusal(
                ErrorCode.BrokerIdNotRegistered, "Controller does not support registering ZK brokers.");
        }

        Refusal refusal = image.MetadataVersion.HasDirectoryAssignment ? CheckDirectories(request) : Refusal.None;
        return refusal.IsError ? refusal : CheckFeatures(request);
    }

    private Refusal CheckDirectories(BrokerRegistrationRequest request)
    {
        string? why = request.LogDirs switch
        {
            [] => "No directories specified in request",
            _ when request.LogDirs.Any(static id => id.IsReserved) => "Reserved directory ID in request",
            _ when request.LogDirs.Distinct().Count() < request.LogDirs.Length => "Duplicate directory ID in request",
            _ => null,
        };
        foreach (BrokerImage other in image.Brokers.Values)
        {
            foreach (Uuid directory in other.LogDirs)
            {
                if (why is null && other.Id != request.BrokerId && request.LogDirs.Contains(directory))
                {
                    why = $"Broker {other.Id} is already registered with directory {directory}";
                }
            }
        }

        return why is null ? Refusal.None : new Refusal(ErrorCode.InvalidRegistration, why);
    }

    private Refusal CheckFeatures(BrokerRegistrationRequest request)
    {
        foreach ((string name, short level) in image.Features)
        {
            BrokerRegistrationRequest.Feature? feature = Array.Find(request.Features, item => item.Name == name);
            (short min, short max) = feature is not null ? (feature.MinSupportedVersion, feature.MaxSupportedVersion)
                : name == MetadataVersion.FeatureName ? (MetadataVersion.Oldest.Level, MetadataVersion.Oldest.Level)
                : ((short)0, (short)0);
            if (level < min || level > max)
            {
                return new Refusal(
                    ErrorCode.UnsupportedVersion,
                    $"Unable to register because the broker does not support finalized version {level} of {name}. The "
                    + $"broker wants a version between {min} and {max}, inclusive.");
            }
        }

        return Refusal.None;
    }

    private RegisterBrokerRecord RecordOf(BrokerRegistrationRequest request) => new()
    {
        BrokerId = request.BrokerId,
        IncarnationId = request.IncarnationId,
        Rack = request.Rack,
        LogDirs = image.MetadataVersion.HasDirectoryAssignment ? request.LogDirs : [],
        EndPoints =
        [
            .. request.Listeners.Select(static listener => new RegisterBrokerRecord.BrokerEndpoint
            {
                Name = listener.Name,
                Host = listener.Host,
                Port = listener.Port,
                SecurityProtocol = listener.SecurityProtocol,
            }),
        ],
        Features =
        [
            .. request.Features.Select(static feature => new RegisterBrokerRecord.BrokerFeature
            {
                Name = feature.Name,
                MinSupportedVersion = feature.MinSupportedVersion,
                MaxSupportedVersion = feature.MaxSupportedVersion,
            }),
        ],
    };

    /// <summary>A registered broker has caught up: it may lead, and partitions without a leader may get it.</summary>
    public IReadOnlyList<MetadataRecord> Unfence(int brokerId)
    {
        BrokerImage broker = image.Brokers[brokerId];
        if (!broker.Fenced)
        {
            return [];
        }

        List<MetadataRecord> records =
        [
            Change(new BrokerRegistrationChangeRecord { BrokerId = brokerId, BrokerEpoch = broker.Epoch, Fenced = -1 }),
        ];
        leadership.BrokerReturns(brokerId, records);
        return records;
    }

    /// <summary>A broker wants to stop: its partitions look for other leaders.</summary>
    public IReadOnlyList<MetadataRecord> BeginControlledShutdown(int brokerId)
    {
        BrokerImage broker = image.Brokers[brokerId];
        if (broker.InControlledShutdown)
        {
            return [];
        }

        BrokerRegistrationChangeRecord change = new()
        {
            BrokerId = brokerId,
            BrokerEpoch = broker.Epoch,
            InControlledShutdown = 1,
        };
        List<MetadataRecord> records = [new MetadataRecord(change, 1)];
        leadership.BrokerLeaves(brokerId, records);
        return records;
    }

    /// <summary>A broker has stopped, or its session has run out.</summary>
    public IReadOnlyList<MetadataRecord> Fence(int brokerId)
    {
        BrokerImage broker = image.Brokers[brokerId];
        if (broker.Fenced)
        {
            return [];
        }

        List<MetadataRecord> records = [];
        leadership.BrokerLeaves(brokerId, records);
        records.Add(Change(
            new BrokerRegistrationChangeRecord { BrokerId = brokerId, BrokerEpoch = broker.Epoch, Fenced = 1 }));
        return records;
    }

    /// <summary>
    /// A broker says which of its directories take nothing new, as the heartbeat of every one that starts does.
    /// </summary>
    public IReadOnlyList<MetadataRecord> SetCordonedLogDirs(int brokerId, Uuid[] cordoned)
    {
        BrokerImage broker = image.Brokers[brokerId];
        if (!image.MetadataVersion.HasCordonedLogDirs
            || broker.CordonedLogDirs?.AsSpan().SequenceEqual(cordoned) == true)
        {
            return [];
        }

        BrokerRegistrationChangeRecord change = new()
        {
            BrokerId = brokerId,
            BrokerEpoch = broker.Epoch,
            CordonedLogDirs = cordoned,
        };
        return [new MetadataRecord(change, 3)];
    }

    /// <summary>
    /// Some of a broker's directories have failed, as its heartbeat says: their partitions look for other leaders, and
    /// the registration loses them until the broker's next start.
    /// </summary>
    public IReadOnlyList<MetadataRecord> TakeOffline(int brokerId, IReadOnlyCollection<Uuid> failed)
    {
        BrokerImage broker = image.Brokers[brokerId];
        List<MetadataRecord> records = [];
        List<Uuid> online = [];
        foreach (Uuid directory in broker.LogDirs)
        {
            if (failed.Contains(directory))
            {
                leadership.DirectoryFails(brokerId, directory, records);
            }
            else
            {
                online.Add(directory);
            }
        }

        // With none left the broker stops, and an empty list would mean that nothing has changed.
        if (online.Count == 0 || online.Count == broker.LogDirs.Length)
        {
            return [];
        }

        BrokerRegistrationChangeRecord change = new()
        {
            BrokerId = brokerId,
            BrokerEpoch = broker.Epoch,
            LogDirs = [.. online],
        };
        records.Add(new MetadataRecord(change, 2));
        return records;
    }

    /// <summary>Decides UnregisterBroker.</summary>
    public Decision<UnregisterBrokerResponse> Unregister(UnregisterBrokerRequest request)
    {
        if (!image.Brokers.TryGetValue(request.BrokerId, out BrokerImage? broker))
        {
            return new([], new UnregisterBrokerResponse
            {
                ErrorCode = (short)ErrorCode.BrokerIdNotRegistered,
                ErrorMessage = $"Broker ID {request.BrokerId} is not currently registered",
            });
        }

        List<MetadataRecord> records = [];
        leadership.BrokerLeaves(request.BrokerId, records);
        records.Add(new MetadataRecord(
            new UnregisterBrokerRecord { BrokerId = broker.Id, BrokerEpoch = broker.Epoch }, 0));
        return new(records, new UnregisterBrokerResponse { ErrorMessage = null });
    }

    /// <summary>Decides ControllerRegistration.</summary>
    public Decision<ControllerRegistrationResponse> RegisterController(ControllerRegistrationRequest request)
    {
        if (!image.MetadataVersion.HasControllerRegistration)
        {
            return new([], new ControllerRegistrationResponse
            {
                ErrorCode = (short)ErrorCode.UnsupportedVersion,
                ErrorMessage = "The current MetadataVersion is too old to support controller registrations.",
            });
        }

        RegisterControllerRecord record = new()
        {
            ControllerId = request.ControllerId,
            IncarnationId = request.IncarnationId,
            ZkMigrationReady = request.ZkMigrationReady,
            EndPoints =
            [
                .. request.Listeners.Select(static listener => new RegisterControllerRecord.ControllerEndpoint
                {
                    Name = listener.Name,
                    Host = listener.Host,
                    Port = listener.Port,
                    SecurityProtocol = listener.SecurityProtocol,
                }),
            ],
            Features =
            [
                .. request.Features.Select(static feature => new RegisterControllerRecord.ControllerFeature
                {
                    Name = feature.Name,
                    MinSupportedVersion = feature.MinSupportedVersion,
                    MaxSupportedVersion = feature.MaxSupportedVersion,
                }),
            ],
        };
        return new([new MetadataRecord(record, 0)], new ControllerRegistrationResponse { ErrorMessage = null });
    }

    /// <summary>Whether a broker's request is of its present incarnation.</summary>
    public static ErrorCode CheckEpoch(MetadataImage image, int brokerId, long brokerEpoch) =>
        image.Brokers.TryGetValue(brokerId, out BrokerImage? broker) && broker.Epoch == brokerEpoch
            ? ErrorCode.None
            : ErrorCode.StaleBrokerEpoch;

    private static MetadataRecord Change(BrokerRegistrationChangeRecord change) => new(change, 0);
}
