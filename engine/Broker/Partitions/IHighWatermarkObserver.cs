namespace Millrace.Broker;

/// <summary>Port: who goes on when a partition's records are committed, such as a coordinator on its topic.</summary>
public interface IHighWatermarkObserver
{
    /// <summary>Any thread, outside of the log's lock; neither blocks nor throws.</summary>
    void HighWatermarkMoved(long highWatermark);
}
