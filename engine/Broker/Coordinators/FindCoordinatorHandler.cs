using System.Text;
using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Coordinator = Millrace.Protocol.Messages.FindCoordinatorResponse.Coordinator;

namespace Millrace.Broker;

/// <summary>
/// Tells which broker coordinates a key: the leader of the key's partition of the internal topic. Answered on the
/// reactor, from the image as it is; only where the topic is to be created does the request go to the controller, and
/// its answer has the coordinator then. Kafka answers COORDINATOR_NOT_AVAILABLE and lets the client ask again.
/// </summary>
public sealed class FindCoordinatorHandler : ControlHandler
{
    private const short FirstWithShareKeys = 6;
    private const short FirstWithManyKeys = 4;
    private const int NoNode = -1;

    private readonly Controller controller;
    private readonly ClusterView view;
    private readonly TopicCreator creator;
    private readonly IAuthorizer authorizer;
    private readonly CoordinatorKind[] kinds;

    /// <param name="controller">Where the metadata is, and is changed.</param>
    /// <param name="view">How clients reach brokers.</param>
    /// <param name="creator">Creates the internal topics.</param>
    /// <param name="authorizer">Who may ask.</param>
    /// <param name="kinds">What is coordinated here; any other key is an invalid request, as in Kafka without it.
    /// </param>
    public FindCoordinatorHandler(
        Controller controller,
        ClusterView view,
        TopicCreator creator,
        IAuthorizer authorizer,
        params CoordinatorKind[] kinds)
        : base(ApiKey.FindCoordinator, loop: null)
    {
        this.controller = controller;
        this.view = view;
        this.creator = creator;
        this.authorizer = authorizer;
        this.kinds = kinds;
    }

    protected internal override bool MayFail => !controller.IsCommitting;

    protected override EventLoop? LoopFor(IMessage request) =>
        KindOf((FindCoordinatorRequest)request) is { } kind && !controller.Image.TryFindTopic(kind.Topic, out _)
            ? controller.Loop
            : null;

    protected internal override void Handle(ControlCall call)
    {
        FindCoordinatorRequest request = (FindCoordinatorRequest)call.Request;
        string[] keys = call.Version < FirstWithManyKeys ? [request.Key] : request.CoordinatorKeys;
        CoordinatorKind? kind = KindOf(request);
        ErrorCode refusal = Check(call, request.KeyType, kind);
        Coordinator[] found = refusal == ErrorCode.None
            ? Find(call, kind!, keys)
            : Array.ConvertAll(keys, key => Failed(key, refusal, ErrorFacts.Of(refusal).Message));
        call.Complete(call.Version < FirstWithManyKeys
            ? OldForm(found[0])
            : new FindCoordinatorResponse { Coordinators = found });
    }

    private CoordinatorKind? KindOf(FindCoordinatorRequest request) =>
        Array.Find(kinds, kind => kind.KeyType == request.KeyType);

    /// <summary>What is wrong with the request as a whole.</summary>
    private ErrorCode Check(ControlCall call, sbyte keyType, CoordinatorKind? kind)
    {
        if (keyType != CoordinatorKind.Share)
        {
            return kind is null ? ErrorCode.InvalidRequest : ErrorCode.None;
        }

        if (call.Version >= FirstWithShareKeys
            && !authorizer.AllowsCluster(Caller.Of(call), AclOperation.ClusterAction))
        {
            return ErrorCode.ClusterAuthorizationFailed;
        }

        return kind is null || call.Version < FirstWithShareKeys ? ErrorCode.InvalidRequest : ErrorCode.None;
    }

    private Coordinator[] Find(ControlCall call, CoordinatorKind kind, string[] keys)
    {
        bool isAsked = Array.Exists(keys, key => MayAsk(call, kind, key));
        if (isAsked && !controller.Image.TryFindTopic(kind.Topic, out _))
        {
            creator.TryCreateInternal(kind.Topic);
        }

        MetadataImage image = controller.Image;
        return Array.ConvertAll(
            keys,
            key => MayAsk(call, kind, key)
                ? Locate(call, image, kind, key)
                : Failed(key, kind.KeyType == CoordinatorKind.Group
                    ? ErrorCode.GroupAuthorizationFailed
                    : ErrorCode.TransactionalIdAuthorizationFailed));
    }

    private bool MayAsk(ControlCall call, CoordinatorKind kind, string key) => kind.KeyType switch
    {
        CoordinatorKind.Group => Allows(call, AclResourceType.Group, key),
        CoordinatorKind.Transaction => Allows(call, AclResourceType.TransactionalId, key),
        _ => true,
    };

    private bool Allows(ControlCall call, AclResourceType type, string key) =>
        authorizer.Allows(call.Session, AclOperation.Describe, type, Encoding.UTF8.GetBytes(key));

    private Coordinator Locate(ControlCall call, MetadataImage image, CoordinatorKind kind, string key)
    {
        if (image.TryFindTopic(kind.Topic, out TopicImage? topic)
            && topic.Find(kind.PartitionOf(key)) is { } partition
            && view.IsReachable(image, partition.Leader, call.ListenerName)
            && view.TryLocate(
                image.Brokers[partition.Leader], call.ListenerName, call.LocalAddress, out string host, out int port))
        {
            return new Coordinator { Key = key, NodeId = partition.Leader, Host = host, Port = port };
        }

        return Failed(key, ErrorCode.CoordinatorNotAvailable);
    }

    private static Coordinator Failed(string key, ErrorCode error, string message = "") => new()
    {
        Key = key, NodeId = NoNode, Host = "", Port = NoNode, ErrorCode = (short)error, ErrorMessage = message,
    };

    private static FindCoordinatorResponse OldForm(Coordinator one) => new()
    {
        ErrorCode = one.ErrorCode,

        // Kafka names the absence of an error, too.
        ErrorMessage = one.ErrorCode == 0 ? "NONE" : ErrorFacts.Of((ErrorCode)one.ErrorCode).Message,
        NodeId = one.NodeId,
        Host = one.Host,
        Port = one.Port,
    };
}
