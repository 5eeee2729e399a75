using System.Text;
using Millrace.Protocol.Messages;

namespace Millrace.Cluster;

/// <summary>Which quota of which entity: entities are equal whatever order their parts come in.</summary>
/// <param name="Entity">Types and names in the order of the types; a default's name differs from an empty one.</param>
/// <param name="Key">The quota, such as <c>producer_byte_rate</c>.</param>
public readonly record struct ClientQuotaKey(string Entity, string Key)
{
    /// <summary>The key of what a record sets or removes.</summary>
    public static ClientQuotaKey Of(ClientQuotaRecord record)
    {
        ClientQuotaRecord.EntityData[] parts = [.. record.Entity];
        Array.Sort(parts, static (left, right) => string.CompareOrdinal(left.EntityType, right.EntityType));
        StringBuilder text = new();
        foreach (ClientQuotaRecord.EntityData part in parts)
        {
            text.Append(
                part.EntityType).Append('\0').Append(part.EntityName is null ? '-' : '=').Append(part.EntityName)
                .Append('\0');
        }

        return new ClientQuotaKey(text.ToString(), record.Key);
    }
}
