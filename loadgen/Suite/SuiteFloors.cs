using System.Globalization;
using Millrace.Loadgen.Floors;

namespace Millrace.Loadgen.Suite;

/// <summary>The floors of P1, P2 and P5, measured in the same rounds as the brokers and loaded as they are.</summary>
internal sealed class SuiteFloors(string folder, SuiteLength length)
{
    private readonly RowMeasures measures = new();

    /// <summary>Measures all of them once.</summary>
    /// <param name="fetchedBytes">What a fetch of P2 brought; 0 where none was measured yet.</param>
    public void Measure(int fetchedBytes)
    {
        Directory.CreateDirectory(folder);
        double requestRate = (double)SuiteSession.ProduceRate * SuiteSession.ValueBytes / SuiteSession.BatchBytes;
        FloorLoad produce = new(SuiteSession.BatchBytes, 0, 1, SuiteSession.InFlight, requestRate);
        measures.Add("P1", FloorRun.Produce(produce, folder, length.Seconds).CpuSecondsPerGb);
        if (fetchedBytes > 0)
        {
            FloorLoad fetch = new(0, fetchedBytes, 1, 1, 0);
            measures.Add("P2", FloorRun.Fetch(fetch, folder, length.Seconds).CpuSecondsPerGb);
        }

        const int together = SuiteSession.DurableProducers * SuiteSession.InFlight;
        FloorResult durable = FloorRun.Durable(SuiteSession.DurableBatchBytes, together, folder, length.Seconds);
        measures.Add("P5", durable.BytesPerSecond / 1e6);
    }

    public double? Of(string row) => measures.Median(row);

    /// <summary>For the report: what was measured, with which figures.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"produce {Of("P1"):0.000} s/GB, fetch {Of("P2"):0.000} s/GB, durable {Of("P5"):0} MB/s");
}
