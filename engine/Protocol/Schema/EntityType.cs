namespace Millrace.Protocol;

/// <summary>What a field's value names, in Kafka's schema terms.</summary>
public enum EntityType : byte
{
    TransactionalId,
    ProducerId,
    GroupId,
    TopicName,
    BrokerId,
}
