using Millrace.Base;
using Millrace.Cluster;
using Millrace.Network;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// Tells clients the brokers, topics and leaders: on the reactor, from the image as it is. Only where a topic is to be
/// created on the way does the request go to the controller, and its answer has the topic then, ready for use; Kafka
/// lets the client ask again.
/// </summary>
public sealed class MetadataHandler : IRequestHandler
{
    private readonly Controller controller;
    private readonly ClusterView view;
    private readonly TopicCreator creator;
    private readonly IAuthorizer authorizer;
    private readonly IFeatureSource node;

    public MetadataHandler(
        Controller controller, ClusterView view, TopicCreator creator, IAuthorizer authorizer, IFeatureSource node)
    {
        this.controller = controller;
        this.view = view;
        this.creator = creator;
        this.authorizer = authorizer;
        this.node = node;
    }

    public ApiKey ApiKey => ApiKey.Metadata;

    public DecodeError Begin(BrokerReactor reactor, in RequestView request)
    {
        MetadataRequest message = new();
        DecodeError error = MessageCodec.Decode(request.Body, request.Version, message);
        if (error.IsError && error.Kind != DecodeErrorKind.TrailingBytes)
        {
            return error;
        }

        Caller caller = new(
            request.Version,
            request.Connection.Session,
            request.Connection.ListenerName,
            request.Connection.LocalAddress);
        MetadataTopics topics = new(controller.Image, authorizer, caller);
        topics.Find(message);
        if (IsCreating(message, topics))
        {
            controller.Loop.Post(new Creation(this, reactor, request.Slot, request.CorrelationId, message, caller));
            return default;
        }

        MetadataAnswer answer = AnswerOf(controller.Image, message, caller, topics.Found);
        Span<byte> body = reactor.Scratch(answer.SizeMax());
        body = body[..answer.Write(body)];
        Send(request.Slot, caller.Version, request.CorrelationId, body);
        return default;
    }

    /// <summary>The whole body of an answer, topics created on the way. On the controller's loop.</summary>
    internal byte[] Serve(MetadataRequest request, in Caller caller)
    {
        MetadataTopics topics = new(controller.Image, authorizer, caller);
        topics.Find(request);
        if (IsCreating(request, topics) && creator.TryCreate(topics.Missing, caller))
        {
            topics = new MetadataTopics(controller.Image, authorizer, caller);
            topics.Find(request);
        }

        MetadataAnswer answer = AnswerOf(controller.Image, request, caller, topics.Found);
        byte[] body = new byte[answer.SizeMax()];
        return body[..answer.Write(body)];
    }

    private bool IsCreating(MetadataRequest request, MetadataTopics topics) =>
        topics.Missing.Count > 0 && request.AllowAutoTopicCreation && controller.Configs.Current.AutoCreateTopics;

    private MetadataAnswer AnswerOf(
        MetadataImage image, MetadataRequest request, Caller caller, List<MetadataTopic> topics) =>
        new(image, view, authorizer, request, caller, topics, node.ClusterId);

    private static void Send(ResponseSlot slot, short version, int correlationId, ReadOnlySpan<byte> body)
    {
        short headerVersion = ApiFacts.Of(ApiKey.Metadata).ResponseHeaderVersion(version);
        BrokerReactor.WriteHeader(slot, headerVersion, correlationId);
        slot.Append(body);
        slot.Complete();
    }

    /// <summary>A request on its way over the controller's loop and back.</summary>
    private sealed class Creation(
        MetadataHandler handler,
        BrokerReactor reactor,
        ResponseSlot slot,
        int correlationId,
        MetadataRequest request,
        Caller caller) : LoopWork
    {
        protected internal override void Run(EventLoop loop) =>
            reactor.Post(new Answer(slot, caller.Version, correlationId, handler.Serve(request, caller)));
    }

    private sealed class Answer(ResponseSlot slot, short version, int correlationId, byte[] body) : WorkItem
    {
        protected override void Run(Reactor reactor)
        {
            if (slot.IsAbandoned)
            {
                slot.Complete();
                return;
            }

            Send(slot, version, correlationId, body);
        }
    }
}
