using System.Runtime.InteropServices;
using Millrace.Base;
using Millrace.Protocol.Compression;
using Millrace.Protocol.Records;

namespace Millrace.Loadgen;

/// <summary>
/// One record batch in memory that is used over and over. It remembers what it held: a record of the size that stood
/// there before keeps its bytes, and only its stamp and key are new, so that a batch of 1 KiB records costs 28 bytes
/// and a checksum each, not a copy. Owned by one producer.
/// </summary>
internal sealed unsafe class RecordBuffer : IDisposable
{
    private readonly RecordPlan plan;
    private readonly NativeBuffer? packed;
    private readonly int capacity;
    private byte* memory;
    private Slot[] slots = new Slot[16];
    private int validCount;
    private int length;
    private int packedCount = -1;
    private int packedLength;
    private int stampedProducer;

    /// <param name="plan">What every batch of the run has in common.</param>
    public RecordBuffer(RecordPlan plan)
    {
        this.plan = plan;
        capacity = plan.BufferBytes;
        memory = (byte*)NativeMemory.AlignedAlloc((nuint)capacity, 64);
        packed = plan.Codec.Type == CompressionCodec.None ? null : new NativeBuffer();
    }

    ~RecordBuffer() => NativeMemory.AlignedFree(memory);

    /// <summary>The next one of whatever list this is in.</summary>
    public RecordBuffer? Next { get; set; }

    public ProducerPartition? Partition { get; set; }

    /// <summary>Its place among the batches of its partition; retries keep it.</summary>
    public long Order { get; set; }

    /// <summary>The idempotent producer's number of its first record.</summary>
    public int BaseSequence { get; set; }

    /// <summary>The identity that its header names, by its count; 0 for not sealed.</summary>
    public int SealedBy { get; set; }

    /// <summary>When it was begun, for the timeout of its delivery.</summary>
    public long BegunNs { get; private set; }

    /// <summary>When it was to be sent: when the last record was due that filled it, or the linger was over.</summary>
    public long SendDueNs { get; set; }

    /// <summary>When it was handed to a connection the last time.</summary>
    public long SentNs { get; set; }

    public int Attempts { get; set; }

    /// <summary>Records in it.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of keys and values in it.</summary>
    public long PlainBytes { get; private set; }

    /// <summary>The stamp's number of the first record.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>Where the batch as it is sent begins; after <see cref="Seal"/>.</summary>
    public byte* Wire { get; private set; }

    public int WireLength { get; private set; }

    /// <summary>When the record was due.</summary>
    public long IntendedNs(int index) => slots[index].IntendedNs;

    /// <summary>Starts a batch under the number of the partition's producer.</summary>
    public void Begin(ProducerPartition partition, long firstSequence, long nowNs) =>
        Begin(partition, firstSequence, nowNs, partition.ProducerIndex);

    /// <summary>Starts a batch.</summary>
    /// <param name="partition">Where it will go.</param>
    /// <param name="firstSequence">The stamp's number of its first record.</param>
    /// <param name="nowNs">Now, which is the create time of its records.</param>
    /// <param name="producer">The producer that the stamps name.</param>
    public void Begin(ProducerPartition partition, long firstSequence, long nowNs, int producer)
    {
        Partition = partition;
        stampedProducer = producer;
        SentNs = 0;
        FirstSequence = firstSequence;
        BegunNs = nowNs;
        Count = 0;
        PlainBytes = 0;
        Attempts = 0;
        SealedBy = 0;
        length = BatchLayout.HeaderSize;
    }

    /// <summary>Whether a record of this size still fits.</summary>
    public bool HasRoom(int valueBytes, bool hasKey)
    {
        int body = BodyBytes(valueBytes, hasKey);
        return Count < plan.RecordsMax
            && (Count == 0 || length + Varint.SizeSigned(body) + body <= plan.BatchBytes);
    }

    /// <summary>Adds a record.</summary>
    /// <param name="valueBytes">Size of its value.</param>
    /// <param name="key">Its key's number, -1 for none.</param>
    /// <param name="intendedNs">When it was due.</param>
    public void Append(int valueBytes, long key, long intendedNs)
    {
        if (Count == slots.Length)
        {
            Array.Resize(ref slots, slots.Length * 2);
        }

        ref Slot slot = ref slots[Count];
        bool isThere = Count < validCount && slot.ValueBytes == valueBytes && slot.HasKey == (key >= 0);
        if (!isThere)
        {
            slot.HasKey = key >= 0;
            WriteRecord(ref slot, valueBytes);
            validCount = Count + 1;
            packedCount = -1;
        }

        slot.IntendedNs = intendedNs;
        if (key >= 0)
        {
            packedCount = -1;
            KeyChoice.Write(key, new Span<byte>(memory + slot.KeyAt, KeyChoice.KeyBytes));
            PlainBytes += KeyChoice.KeyBytes;
        }

        if (valueBytes >= RecordStamp.Size && (plan.IsStamped || !isThere))
        {
            RecordStamp stamp = new(
                plan.IsStamped ? plan.RunId : 0, stampedProducer, FirstSequence + Count, intendedNs);
            stamp.Write(
                new Span<byte>(memory + slot.ValueEnd - RecordStamp.Size, RecordStamp.Size), slot.FillerCrc);
        }

        length = slot.ValueEnd + 1;
        PlainBytes += valueBytes;
        Count++;
    }

    /// <summary>Ends the batch: compresses it where that is asked for, and writes header and checksum.</summary>
    public void Seal(in ProducerIdentity identity, Compressor compressor)
    {
        Span<byte> batch = new(memory, length);
        if (packed is not null)
        {
            // Where nothing inside has changed, neither have the compressed bytes.
            if (plan.IsStamped || packedCount != Count)
            {
                packed.EnsureCapacity(BatchLayout.HeaderSize);
                packedLength = BatchLayout.HeaderSize + compressor.Compress(
                    plan.Codec, batch[BatchLayout.HeaderSize..], packed, BatchLayout.HeaderSize);
                packedCount = Count;
            }

            batch = packed.Whole[..packedLength];
        }

        WriteHeader(batch, identity);
        BatchChecksum.Seal(batch);
        Wire = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref batch[0]);
        WireLength = batch.Length;
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
        packed?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What the next record takes behind its own length.</summary>
    private int BodyBytes(int valueBytes, bool hasKey) =>
        1 + 1 + Varint.SizeSigned(Count) + (hasKey ? 1 + KeyChoice.KeyBytes : 1)
        + Varint.SizeSigned(valueBytes) + valueBytes + 1;

    private void WriteRecord(ref Slot slot, int valueBytes)
    {
        int keyBytes = slot.HasKey ? KeyChoice.KeyBytes : -1;
        ByteWriter writer = new(new Span<byte>(memory + length, capacity - length));
        writer.WriteVarint(BodyBytes(valueBytes, slot.HasKey));
        writer.WriteInt8(0);
        writer.WriteVarlong(0);
        writer.WriteVarint(Count);
        writer.WriteVarint(keyBytes);
        slot.KeyAt = length + writer.Position;
        if (keyBytes > 0)
        {
            // Any bytes: the key itself is written with each use of the record.
            writer.WriteSpan(plan.Filler.Take(0, keyBytes));
        }

        writer.WriteVarint(valueBytes);
        ReadOnlySpan<byte> filler = plan.Filler.Take(plan.NextFiller(), valueBytes);
        writer.WriteSpan(filler);
        slot.ValueEnd = length + writer.Position;
        writer.WriteVarint(0);
        slot.ValueBytes = valueBytes;
        slot.FillerCrc = valueBytes >= RecordStamp.Size ? Crc32C.Compute(filler[..^RecordStamp.Size]) : 0;
    }

    private void WriteHeader(Span<byte> batch, in ProducerIdentity identity)
    {
        long createdMs = BegunNs / 1_000_000;
        ByteWriter writer = new(batch);
        writer.WriteInt64(0);
        writer.WriteInt32(batch.Length - BatchLayout.LogOverhead);
        writer.WriteInt32(BatchLayout.NoLeaderEpoch);
        writer.WriteInt8(2);
        writer.WriteInt32(0);
        writer.WriteInt16(
            (short)((int)plan.Codec.Type | (identity.IsTransactional ? BatchLayout.TransactionalBit : 0)));
        writer.WriteInt32(Count - 1);
        writer.WriteInt64(createdMs);
        writer.WriteInt64(createdMs);
        writer.WriteInt64(identity.Id);
        writer.WriteInt16(identity.Epoch);
        writer.WriteInt32(identity.Id >= 0 ? BaseSequence : BatchLayout.NoSequence);
        writer.WriteInt32(Count);
    }

    /// <summary>Where one record lies, and what its bytes are.</summary>
    private struct Slot
    {
        public int ValueBytes;
        public bool HasKey;
        public int KeyAt;
        public int ValueEnd;
        public uint FillerCrc;
        public long IntendedNs;
    }
}
