namespace Millrace.Loadgen;

/// <summary>Records as a schedule and some distributions have them. Owned by one producer.</summary>
internal sealed class DrawnRecords : RecordSource
{
    private readonly Schedule schedule;
    private readonly ProduceSpec spec;
    private Chance chance;
    private long count;

    public DrawnRecords(Schedule schedule, ProduceSpec spec, Chance chance)
    {
        this.schedule = schedule;
        this.spec = spec;
        this.chance = chance;
        Draw();
    }

    /// <inheritdoc/>
    public override bool IsOver => schedule.IsOver;

    /// <inheritdoc/>
    public override bool IsUnlimited => schedule.IsUnlimited;

    /// <inheritdoc/>
    public override long EndNs => schedule.EndNs;

    /// <inheritdoc/>
    public override long NextNs => schedule.NextNs;

    /// <inheritdoc/>
    public override void Stop() => schedule.Stop();

    /// <inheritdoc/>
    public override void Advance()
    {
        schedule.Advance();
        count++;
        Draw();
    }

    private void Draw()
    {
        ValueBytes = spec.Sizes.Next(ref chance);
        Key = spec.Keys.HasKeys ? spec.Keys.Next(count, ref chance) : -1;
    }
}
