namespace Millrace.Testing;

/// <summary>The parts of the reference material that a test may need. See <see cref="SharedMaterial"/>.</summary>
public enum SharedPart
{
    /// <summary>Bytes written by Kafka's own classes: messages, frames, records, files.</summary>
    Golden,

    /// <summary>Whole data directories written by Kafka.</summary>
    KafkaData,

    /// <summary>The message schemas of every version that is matched.</summary>
    Messages,

    /// <summary>Tables of error codes, APIs, configs and the like.</summary>
    Facts,

    /// <summary>The folder as a whole: Kafka's tools, its jars, and the clients.</summary>
    Whole,
}
