using Millrace.Base;
using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>One topic of a Metadata answer.</summary>
/// <param name="Error">What is wrong with it.</param>
/// <param name="Name">Null for an id that nobody knows.</param>
/// <param name="Id">Zero where there is no such topic, or the client may not know.</param>
/// <param name="Topic">The topic, where there is one to tell of.</param>
internal readonly record struct MetadataTopic(ErrorCode Error, string? Name, Uuid Id, TopicImage? Topic)
{
    public bool IsInternal => Name is not null && TopicEntry.IsInternalName(Name);
}

/// <summary>Finds what a Metadata request asks for. Any thread; used once.</summary>
internal sealed class MetadataTopics(MetadataImage image, IAuthorizer authorizer, Caller caller)
{
    private const short FirstWithIds = 12;

    /// <summary>The answer's topics.</summary>
    public List<MetadataTopic> Found { get; } = [];

    /// <summary>Names without a topic, each an entry of <see cref="Found"/>, that may be created.</summary>
    public List<string> Missing { get; } = [];

    public void Find(MetadataRequest request)
    {
        // No topic at all meant every topic in version 0.
        if (request.Topics is null || (caller.Version == 0 && request.Topics.Length == 0))
        {
            FindAll();
        }
        else if (IsMalformed(request.Topics))
        {
            foreach (MetadataRequest.MetadataRequestTopic topic in request.Topics)
            {
                Found.Add(new MetadataTopic(ErrorCode.InvalidRequest, topic.Name ?? "", topic.TopicId, null));
            }
        }
        else
        {
            FindNamed(request.Topics);
        }
    }

    private bool IsMalformed(MetadataRequest.MetadataRequestTopic[] topics) =>
        caller.Version < FirstWithIds
        && Array.Exists(topics, static topic => topic.Name is null || topic.TopicId != Uuid.Zero);

    private void FindAll()
    {
        foreach (TopicImage topic in image.TopicsById.Values)
        {
            if (authorizer.AllowsTopic(caller, AclOperation.Describe, topic.Name))
            {
                Found.Add(new MetadataTopic(ErrorCode.None, topic.Name, topic.Id, topic));
            }
        }
    }

    private void FindNamed(MetadataRequest.MetadataRequestTopic[] topics)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        bool byId = Array.Exists(topics, static topic => topic.TopicId != Uuid.Zero);
        foreach (MetadataRequest.MetadataRequestTopic asked in topics)
        {
            // A request that has ids is one of ids; names in it are passed over, as Kafka does.
            if (!byId)
            {
                FindByName(asked.Name ?? "", seen);
            }
            else if (image.TryFindTopic(asked.TopicId, out TopicImage? topic))
            {
                FindById(topic, seen);
            }
            else if (asked.TopicId != Uuid.Zero)
            {
                Found.Add(new MetadataTopic(ErrorCode.UnknownTopicId, null, asked.TopicId, null));
            }
        }
    }

    private void FindById(TopicImage topic, HashSet<string> seen)
    {
        if (!seen.Add(topic.Name))
        {
            return;
        }

        // Who may not see the topic is not told its name.
        Found.Add(authorizer.AllowsTopic(caller, AclOperation.Describe, topic.Name)
            ? new MetadataTopic(ErrorCode.None, topic.Name, topic.Id, topic)
            : new MetadataTopic(ErrorCode.TopicAuthorizationFailed, null, topic.Id, null));
    }

    private void FindByName(string name, HashSet<string> seen)
    {
        if (!seen.Add(name))
        {
            return;
        }

        if (!authorizer.AllowsTopic(caller, AclOperation.Describe, name))
        {
            Found.Add(new MetadataTopic(ErrorCode.TopicAuthorizationFailed, name, Uuid.Zero, null));
        }
        else if (image.TryFindTopic(name, out TopicImage? topic))
        {
            Found.Add(new MetadataTopic(ErrorCode.None, name, topic.Id, topic));
        }
        else
        {
            bool isValid = TopicName.WhyInvalid(name) is null;
            ErrorCode error = isValid ? ErrorCode.UnknownTopicOrPartition : ErrorCode.InvalidTopicException;
            Found.Add(new MetadataTopic(error, name, Uuid.Zero, null));
            if (isValid)
            {
                Missing.Add(name);
            }
        }
    }
}
