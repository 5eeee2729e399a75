namespace Millrace.Storage;

/// <summary>
/// The entries of producers as they were before appends that are not written yet, in the order of the appends: a write
/// that fails is taken back by putting them in again, the last one first. Used under its log's lock.
/// </summary>
internal sealed class ProducerUndo
{
    private Step[] steps = new Step[4];

    public int Count { get; private set; }

    public ref readonly Step this[int index] => ref steps[index];

    public void Add(long producerId, ProducerEntry? entry)
    {
        if (Count == steps.Length)
        {
            Array.Resize(ref steps, 2 * Count);
        }

        ref Step step = ref steps[Count++];
        step.ProducerId = producerId;
        step.Existed = entry is not null;
        if (entry is not null)
        {
            entry.Save(out step.State);
        }
    }

    public void Clear() => Count = 0;

    internal struct Step
    {
        public long ProducerId;
        public bool Existed;
        public ProducerEntry.State State;
    }
}
