using Millrace.Base;

namespace Millrace.Protocol.Wire;

/// <summary>The aborted transactions of one fetched partition, read in place, one after the other.</summary>
public ref struct AbortedTransactionList
{
    private const int ElementBytesMin = 2 * sizeof(long);

    private readonly bool isFlexible;
    private ByteReader cursor;
    private int left;

    private AbortedTransactionList(ByteReader cursor, int count, bool isFlexible)
    {
        this.cursor = cursor;
        this.isFlexible = isFlexible;
        left = count;
        Count = count;
    }

    /// <summary>How many there are, read or not; -1 for null, as a read-uncommitted fetch is answered.</summary>
    public int Count { get; }

    public AbortedTransaction Current { get; private set; }

    /// <summary>Moves to the next transaction.</summary>
    public bool Next()
    {
        if (left <= 0)
        {
            return false;
        }

        left--;
        Current = new AbortedTransaction(cursor.ReadInt64(), cursor.ReadInt64());
        cursor.SkipTags(isFlexible);
        return !cursor.Failed;
    }

    /// <summary>Checks a list and passes over it.</summary>
    internal static AbortedTransactionList Read(scoped ref ByteReader reader, bool isFlexible)
    {
        int count = reader.ReadElementCount(isFlexible, ElementBytesMin);
        AbortedTransactionList transactions = new(reader, count, isFlexible);
        AbortedTransactionList walk = transactions;
        while (walk.Next())
        {
        }

        reader = walk.cursor;
        return transactions;
    }
}
