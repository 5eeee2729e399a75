using Millrace.Base;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>What deleting topics depends on besides the image.</summary>
public sealed record TopicDeletionRules
{
    /// <summary><c>delete.topic.enable</c>.</summary>
    public bool IsEnabled { get; init; } = true;

    /// <summary>Whether the client may know that the topic exists.</summary>
    public Func<string, bool> MayDescribe { get; init; } = static _ => true;

    /// <summary>Whether the client may delete the topic.</summary>
    public Func<string, bool> MayDelete { get; init; } = static _ => true;
}

/// <summary>Decides DeleteTopics, by name and by id. Pure; codes and texts are Kafka 4.4's.</summary>
public sealed class TopicDeletion
{
    private readonly MetadataImage image;
    private readonly TopicDeletionRules rules;
    private readonly List<MetadataRecord> records = [];
    private readonly List<DeleteTopicsResponse.DeletableTopicResult> results = [];

    private TopicDeletion(MetadataImage image, TopicDeletionRules rules)
    {
        this.image = image;
        this.rules = rules;
    }

    /// <summary>Decides a request.</summary>
    /// <param name="version">The request's version: below 3 a broker that deletes nothing has another answer.</param>
    public static Decision<DeleteTopicsResponse> Decide(
        DeleteTopicsRequest request, short version, MetadataImage image, TopicDeletionRules rules)
    {
        TopicDeletion deletion = new(image, rules);
        if (rules.IsEnabled)
        {
            deletion.DeleteAll(request);
        }
        else
        {
            deletion.RefuseAll(request, version < 3
                ? Refusal.InvalidRequest("Topic deletion is disabled.")
                : new Refusal(ErrorCode.TopicDeletionDisabled, null));
        }

        return new Decision<DeleteTopicsResponse>(
            deletion.records, new DeleteTopicsResponse { Responses = [.. deletion.results] });
    }

    private void RefuseAll(DeleteTopicsRequest request, Refusal refusal)
    {
        foreach (string name in request.TopicNames)
        {
            Answer(name, Uuid.Zero, refusal);
        }

        foreach (DeleteTopicsRequest.DeleteTopicState topic in request.Topics)
        {
            Answer(topic.Name, topic.TopicId, refusal);
        }
    }

    private void DeleteAll(DeleteTopicsRequest request)
    {
        List<string> names = [.. request.TopicNames];
        List<Uuid> ids = [];
        foreach (DeleteTopicsRequest.DeleteTopicState topic in request.Topics)
        {
            if (topic.Name is not null && topic.TopicId != Uuid.Zero)
            {
                Answer(topic.Name, topic.TopicId,
                    Refusal.InvalidRequest("You may not specify both topic name and topic id."));
            }
            else if (topic.Name is not null)
            {
                names.Add(topic.Name);
            }
            else if (topic.TopicId != Uuid.Zero)
            {
                ids.Add(topic.TopicId);
            }
            else
            {
                Answer(null, Uuid.Zero, Refusal.InvalidRequest("Neither topic name nor id were specified."));
            }
        }

        ILookup<string, string> byName = names.ToLookup(static name => name, StringComparer.Ordinal);
        ILookup<Uuid, Uuid> byId = ids.ToLookup(static id => id);
        HashSet<Uuid> named = [.. byName.Where(static group => group.Count() == 1)
            .Select(group => image.TryFindTopic(group.Key, out TopicImage? topic) ? topic.Id : Uuid.Zero)];
        foreach (IGrouping<Uuid, Uuid> group in byId)
        {
            DeleteById(group.Key, group.Count() > 1, named);
        }

        foreach (IGrouping<string, string> group in byName)
        {
            DeleteByName(group.Key, group.Count() > 1, byId);
        }
    }

    private void DeleteById(Uuid id, bool isDuplicate, HashSet<Uuid> named)
    {
        if (isDuplicate)
        {
            Answer(null, id, Refusal.InvalidRequest("Duplicate topic id."));
        }
        else if (!image.TryFindTopic(id, out TopicImage? topic))
        {
            Answer(null, id, new Refusal(ErrorCode.UnknownTopicId, null));
        }
        else if (!rules.MayDelete(topic.Name))
        {
            // A name is not given away to who may not see it.
            Answer(rules.MayDescribe(topic.Name) ? topic.Name : null, id,
                new Refusal(ErrorCode.TopicAuthorizationFailed, null));
        }
        else if (!named.Contains(id))
        {
            Delete(topic);
        }
    }

    private void DeleteByName(string name, bool isDuplicate, ILookup<Uuid, Uuid> byId)
    {
        if (isDuplicate)
        {
            Answer(name, Uuid.Zero, Refusal.InvalidRequest("Duplicate topic name."));
        }
        else if (!rules.MayDescribe(name))
        {
            Answer(name, Uuid.Zero, new Refusal(ErrorCode.TopicAuthorizationFailed, null));
        }
        else if (!image.TryFindTopic(name, out TopicImage? topic))
        {
            Answer(name, Uuid.Zero, Refusal.UnknownTopicOrPartition());
        }
        else if (!rules.MayDelete(name))
        {
            Answer(name, Uuid.Zero, new Refusal(ErrorCode.TopicAuthorizationFailed, null));
        }
        else if (byId.Contains(topic.Id))
        {
            Answer(name, topic.Id,
                Refusal.InvalidRequest("The provided topic name maps to an ID that was already supplied."));
        }
        else
        {
            Delete(topic);
        }
    }

    private void Delete(TopicImage topic)
    {
        records.Add(new MetadataRecord(new RemoveTopicRecord { TopicId = topic.Id }, 0));
        Answer(topic.Name, topic.Id, Refusal.None);
    }

    private void Answer(string? name, Uuid id, Refusal refusal) =>
        results.Add(new DeleteTopicsResponse.DeletableTopicResult
        {
            Name = name,
            TopicId = id,
            ErrorCode = (short)refusal.Code,
            ErrorMessage = refusal.Message,
        });
}
