namespace Millrace.Protocol.Messages;

/// <summary>Types of the records in <c>__share_group_state</c>: the int16 in front of each key.</summary>
public enum ShareRecordType : short
{
    ShareSnapshot = 0,
    ShareUpdate = 1,
}
