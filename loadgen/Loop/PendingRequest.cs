using Millrace.Protocol;

namespace Millrace.Loadgen;

/// <summary>
/// A request that was handed to a connection and is not done with: a copy of what its owner will ask.
/// </summary>
/// <param name="Api">The API, by which the answer is read.</param>
/// <param name="Version">Its version.</param>
/// <param name="CorrelationId">What the answer has to carry.</param>
/// <param name="SentNs">When it was handed over.</param>
/// <param name="Tag">The owner's own mark; what it means depends on the API.</param>
/// <param name="Batches">The first batch of a produce request; the others hang on it.</param>
/// <param name="EndByte">The connection's count of bytes where the request ends: without an answer, sent is
/// done.</param>
/// <param name="HasAnswer">False for a produce request with acks=0.</param>
internal readonly record struct PendingRequest(
    ApiKey Api, short Version, int CorrelationId, long SentNs, long Tag, RecordBuffer? Batches, long EndByte,
    bool HasAnswer);
