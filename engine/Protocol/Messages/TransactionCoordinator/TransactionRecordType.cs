namespace Millrace.Protocol.Messages;

/// <summary>Types of the records in <c>__transaction_state</c>: the int16 in front of each key.</summary>
public enum TransactionRecordType : short
{
    TransactionLog = 0,
}
