namespace Millrace.Loadgen.Floors;

/// <summary>How a floor is loaded: as the run is that it is the floor of.</summary>
/// <param name="RequestBytes">Bytes of a request.</param>
/// <param name="AnswerBytes">Bytes of an answer.</param>
/// <param name="Connections">How many connections.</param>
/// <param name="InFlight">Requests that may be unanswered on each.</param>
/// <param name="Rate">Requests a second over all connections; 0 for as many as go.</param>
internal sealed record FloorLoad(int RequestBytes, int AnswerBytes, int Connections, int InFlight, double Rate);
