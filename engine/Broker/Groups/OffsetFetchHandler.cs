using Millrace.Base;
using Millrace.Coordination.Groups;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using Answer = Millrace.Protocol.Messages.OffsetFetchResponse.OffsetFetchResponseGroup;
using AnswerTopic = Millrace.Protocol.Messages.OffsetFetchResponse.OffsetFetchResponseTopics;
using Asked = Millrace.Protocol.Messages.OffsetFetchRequest.OffsetFetchRequestGroup;
using AskedTopic = Millrace.Protocol.Messages.OffsetFetchRequest.OffsetFetchRequestTopics;

namespace Millrace.Broker;

/// <summary>Tells what groups have committed, of topics that the client may see.</summary>
public sealed class OffsetFetchHandler(
    GroupCoordinator groups, PartitionTable partitions, IAuthorizer authorizer)
    : GroupHandler(ApiKey.OffsetFetch, groups, authorizer)
{
    private const short FirstWithIds = 10;
    private const long NoOffset = -1;

    private readonly TopicLookup topics = new(partitions, authorizer, AclOperation.Describe);

    protected internal override void Handle(ControlCall call)
    {
        OffsetFetchRequest request = (OffsetFetchRequest)call.Request;
        Asked[] asked = OffsetFetchShape.GroupsOf(request, call.Version);
        Pending pending = new(call, request, asked.Length);
        for (int at = 0; at < asked.Length; at++)
        {
            Fetch(pending, at, asked[at], request.RequireStable);
        }
    }

    private void Fetch(Pending pending, int at, Asked group, bool requireStable)
    {
        ControlCall call = pending.Call;
        if (!AllowsGroup(call, AclOperation.Describe, group.GroupId))
        {
            pending.Add(at, new Answer
            {
                GroupId = group.GroupId, ErrorCode = (short)ErrorCode.GroupAuthorizationFailed,
            });
            return;
        }

        bool byId = call.Version >= FirstWithIds;
        List<AnswerTopic> refused = [];
        if (group.Topics is not null)
        {
            group.Topics = Array.FindAll(group.Topics, topic => IsTaken(call, byId, topic, refused));
        }

        bool isAll = group.Topics is null;
        Groups.FetchOffsets(group, requireStable, answer =>
        {
            if (answer.ErrorCode == (short)ErrorCode.None)
            {
                answer.Topics = isAll
                    ? Array.FindAll(answer.Topics, topic => IsShown(call, byId, topic))
                    : refused.Count == 0 ? answer.Topics : [.. answer.Topics, .. refused];
            }

            pending.Add(at, answer);
        });
    }

    private bool IsTaken(ControlCall call, bool byId, AskedTopic asked, List<AnswerTopic> refused)
    {
        ErrorCode error = topics.Find(call.Session, byId, ref asked.Name, ref asked.TopicId, out _);
        if (error == ErrorCode.None)
        {
            return true;
        }

        refused.Add(new AnswerTopic
        {
            Name = asked.Name,
            TopicId = asked.TopicId,
            Partitions = Array.ConvertAll(
                asked.PartitionIndexes,
                index => new OffsetFetchResponse.OffsetFetchResponsePartitions
                {
                    PartitionIndex = index, CommittedOffset = NoOffset, ErrorCode = (short)error,
                }),
        });
        return false;
    }

    /// <summary>A topic that is gone has no id to be told by.</summary>
    private bool IsShown(ControlCall call, bool byId, AnswerTopic topic)
    {
        ErrorCode error = topics.Find(call.Session, byId: false, ref topic.Name, ref topic.TopicId, out _);
        return error == ErrorCode.None && !(byId && topic.TopicId == Uuid.Zero);
    }

    /// <summary>Puts the groups' answers together. Any thread; the last one completes the call.</summary>
    private sealed class Pending
    {
        private readonly OffsetFetchRequest request;
        private readonly Answer[] answers;
        private int missing;

        public Pending(ControlCall call, OffsetFetchRequest request, int count)
        {
            Call = call;
            this.request = request;
            answers = new Answer[count];
            missing = count;
            if (count == 0)
            {
                Complete();
            }
        }

        public ControlCall Call { get; }

        public void Add(int at, Answer answer)
        {
            answers[at] = answer;
            if (Interlocked.Decrement(ref missing) == 0)
            {
                Complete();
            }
        }

        private void Complete() => Call.Complete(OffsetFetchShape.ResponseOf(request, answers, Call.Version));
    }
}
