using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// Tells that a member lives, and the member whether its group still is what it was. While the group is stable that is
/// answered on the reactor, from the bytes as they came and without memory; all else goes to the group's loop.
/// </summary>
public sealed class HeartbeatHandler(GroupCoordinator groups, IAuthorizer authorizer)
    : GroupHandler(ApiKey.Heartbeat, groups, authorizer)
{
    private const short FirstWithThrottle = 1;
    private const short FirstWithInstance = 3;
    private const short FirstFlexible = 4;

    public override DecodeError Begin(BrokerReactor reactor, in RequestView request)
    {
        if (!TryBeat(request, reactor.NowMs))
        {
            return base.Begin(reactor, request);
        }

        bool isFlexible = request.Version >= FirstFlexible;
        BrokerReactor.WriteHeader(request.Slot, (short)(isFlexible ? 1 : 0), request.CorrelationId);

        // Throttle time, error and tagged fields: all of them nothing.
        int throttle = request.Version >= FirstWithThrottle ? sizeof(int) : 0;
        request.Slot.Append(throttle + sizeof(short) + (isFlexible ? 1 : 0)).Clear();
        request.Slot.Complete();
        return default;
    }

    protected internal override void Handle(ControlCall call)
    {
        HeartbeatRequest request = (HeartbeatRequest)call.Request;
        if (AllowsGroup(call, AclOperation.Read, request.GroupId))
        {
            Groups.Heartbeat(request, call.Complete);
            return;
        }

        call.Complete(new HeartbeatResponse { ErrorCode = (short)ErrorCode.GroupAuthorizationFailed });
    }

    private bool TryBeat(in RequestView request, long nowMs)
    {
        bool isFlexible = request.Version >= FirstFlexible;
        ByteReader reader = new(request.Body);
        ReadOnlySpan<byte> group = ReadText(ref reader, isFlexible, out _);
        int generation = reader.ReadInt32();
        ReadOnlySpan<byte> member = ReadText(ref reader, isFlexible, out _);
        bool hasInstance = false;
        ReadOnlySpan<byte> instance = request.Version >= FirstWithInstance
            ? ReadText(ref reader, isFlexible, out hasInstance)
            : default;
        return !reader.Failed
            && Authorizer.Allows(request.Connection.Session, AclOperation.Read, AclResourceType.Group, group)
            && Groups.TryBeat(group, generation, member, hasInstance, instance, nowMs);
    }

    private static ReadOnlySpan<byte> ReadText(ref ByteReader reader, bool isFlexible, out bool hasValue)
    {
        int length = reader.ReadStringLength(isFlexible);
        hasValue = length >= 0;
        return reader.ReadSpan(Math.Max(length, 0));
    }
}
