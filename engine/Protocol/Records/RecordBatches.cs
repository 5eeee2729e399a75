using System.Buffers.Binary;

namespace Millrace.Protocol.Records;

/// <summary>
/// Walks the entries of a log, a fetch answer or a produced set by their lengths, and stops where no whole entry
/// follows. An entry that is cut short ends the walk without a fault, as Kafka's readers take it: <see
/// cref="Position"/> then says how far whole entries go. Checksums are not looked at: see <see
/// cref="RecordBatch.Check"/>.
/// <code>
/// var batches = new RecordBatches(bytes);
/// while (batches.MoveNext()) { Use(batches.Current); }
/// if (batches.Fault != RecordFault.None) { ... }
/// </code>
/// </summary>
public ref struct RecordBatches
{
    private readonly ReadOnlySpan<byte> bytes;
    private int currentSize;

    public RecordBatches(ReadOnlySpan<byte> bytes) => this.bytes = bytes;

    /// <summary>Why the walk stopped; none at the end of the bytes or before a cut entry.</summary>
    public RecordFault Fault { get; private set; }

    /// <summary>Bytes of the whole entries so far, <see cref="Current"/> included.</summary>
    public int Position { get; private set; }

    /// <summary>Where <see cref="Current"/> starts.</summary>
    public readonly int CurrentPosition => Position - currentSize;

    /// <summary>
    /// The entry of the last <see cref="MoveNext"/> that was true, whole and at least as long as its header.
    /// </summary>
    public readonly RecordBatch Current => new(bytes.Slice(CurrentPosition, currentSize));

    /// <summary>Goes to the next whole entry.</summary>
    public bool MoveNext()
    {
        if (Fault != RecordFault.None)
        {
            return false;
        }

        RecordFault fault = SizeOf(bytes[Position..], out int size);
        if (fault != RecordFault.None || size == 0 || size > bytes.Length - Position)
        {
            Fault = fault;
            return false;
        }

        Position += size;
        currentSize = size;
        return true;
    }

    /// <summary>The entry at a place where a walk has found a whole one.</summary>
    internal static RecordBatch WholeAt(ReadOnlySpan<byte> bytes, int position)
    {
        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[(position + BatchLayout.Length)..]);
        return new RecordBatch(bytes.Slice(position, length + BatchLayout.LogOverhead));
    }

    /// <summary>
    /// Reads the size of the entry at the start of <paramref name="bytes"/>, which may hold less than the entry.
    /// </summary>
    /// <param name="bytes">At least <see cref="BatchLayout.HeaderSizeUpToMagic"/> bytes, or there is no answer.</param>
    /// <param name="size">The entry's size in bytes, more than 16; 0 where the bytes do not reach to its magic.</param>
    public static RecordFault SizeOf(ReadOnlySpan<byte> bytes, out int size)
    {
        size = 0;
        if (bytes.Length < BatchLayout.LogOverhead)
        {
            return RecordFault.None;
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(bytes[BatchLayout.Length..]);
        if (length < BatchLayout.LengthMin)
        {
            return RecordFault.LengthBelowMinimum;
        }

        if (length > int.MaxValue - BatchLayout.LogOverhead)
        {
            return RecordFault.LengthOverflow;
        }

        if (bytes.Length < BatchLayout.HeaderSizeUpToMagic)
        {
            return RecordFault.None;
        }

        if (bytes[BatchLayout.Magic] > BatchLayout.MagicMax)
        {
            return RecordFault.UnknownMagic;
        }

        int whole = length + BatchLayout.LogOverhead;
        if (whole < RecordBatch.SizeMin(bytes[BatchLayout.Magic]))
        {
            return RecordFault.BatchBelowHeader;
        }

        size = whole;
        return RecordFault.None;
    }
}
