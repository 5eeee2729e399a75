namespace Millrace.Storage;

/// <summary>Arithmetic on sequence numbers, which run from 0 to 2^31 - 1 and start again at 0.</summary>
public static class ProducerSequence
{
    /// <summary>"No sequence": the batch's writer keeps none, or nothing was seen yet.</summary>
    public const int None = -1;

    public static int Add(int sequence, int count) => (int)(((long)sequence + count) & int.MaxValue);

    public static int Subtract(int sequence, int count) => (int)(((long)sequence - count) & int.MaxValue);

    public static bool Follows(int next, int last) => next == last + 1L || (next == 0 && last == int.MaxValue);
}
