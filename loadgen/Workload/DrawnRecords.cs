namespace Millrace.Loadgen;

/// <summary>Records as a schedule and some distributions have them. Owned by one producer.</summary>
internal sealed class DrawnRecords : RecordSource
{
    private readonly Schedule schedule;
    private readonly ProduceSpec spec;
    private readonly long most;
    private Chance chance;
    private long count;

    /// <param name="schedule">When.</param>
    /// <param name="spec">What.</param>
    /// <param name="most">How many at most; 0 for no such bound.</param>
    /// <param name="chance">Where what is random comes from.</param>
    public DrawnRecords(Schedule schedule, ProduceSpec spec, long most, Chance chance)
    {
        this.most = most;
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
        if (++count == most)
        {
            schedule.Stop();
        }

        Draw();
    }

    private void Draw()
    {
        ValueBytes = spec.Sizes.Next(ref chance);
        Key = spec.Keys.HasKeys ? spec.Keys.Next(count, ref chance) : -1;
    }
}
