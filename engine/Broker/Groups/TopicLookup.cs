using System.Text;
using Millrace.Base;
using Millrace.Protocol;

namespace Millrace.Broker;

/// <summary>
/// Finds the topics that group requests name, in both ways: by name, and from the newest versions on by id. Whoever may
/// not see a topic is told the same whether it is there or not. Any thread.
/// </summary>
/// <param name="partitions">What is there.</param>
/// <param name="authorizer">Who may.</param>
/// <param name="operation">What is to be done with the topics.</param>
internal readonly struct TopicLookup(PartitionTable partitions, IAuthorizer authorizer, AclOperation operation)
{
    /// <summary>Fills in what the request left out.</summary>
    /// <param name="session">Who asks.</param>
    /// <param name="byId">Whether the request names topics by their ids.</param>
    /// <param name="name">In and out: the name.</param>
    /// <param name="id">In and out: the id; zero where there is no such topic.</param>
    /// <param name="topic">The topic; null where there is none.</param>
    /// <returns>UNKNOWN_TOPIC_ID, TOPIC_AUTHORIZATION_FAILED, or none, also for a name that nobody knows.</returns>
    public ErrorCode Find(object? session, bool byId, ref string name, ref Uuid id, out TopicEntry? topic)
    {
        if (byId)
        {
            if (!partitions.TryFind(id, out topic))
            {
                return ErrorCode.UnknownTopicId;
            }

            name = topic.Name;
        }
        else
        {
            partitions.TryFind(name, out topic);
        }

        if (!Allows(session, name))
        {
            topic = null;
            return ErrorCode.TopicAuthorizationFailed;
        }

        id = topic?.Id ?? Uuid.Zero;
        return ErrorCode.None;
    }

    public bool Allows(object? session, string name) =>
        authorizer.Allows(session, operation, AclResourceType.Topic, Encoding.UTF8.GetBytes(name));
}
