namespace Millrace.Loadgen;

/// <summary>
/// When each record of one producer is due. The times follow from the rate alone, and never from what the broker has
/// answered: a broker that stalls finds the records of that time due and late, and they are measured from when they
/// were due (no coordinated omission). Owned by one thread but for <see cref="Stop"/>.
/// </summary>
internal sealed class Schedule
{
    private const double NsPerSecond = 1e9;

    private readonly RateProfile profile;
    private readonly double share;
    private readonly bool isPoisson;
    private readonly long startNs;
    private readonly double runSeconds;
    private Chance chance;
    private double records;
    private long nextNs;
    private volatile bool isStopped;

    /// <param name="profile">The rate of all producers together.</param>
    /// <param name="share">This one's part of it, above 0 to 1.</param>
    /// <param name="phase">At what part of an interval it starts, so that producers take turns.</param>
    /// <param name="startNs">When the run begins, by <see cref="RunClock"/>.</param>
    /// <param name="lengthNs">How long it lasts, in nanoseconds.</param>
    public Schedule(RateProfile profile, double share, double phase, long startNs, long lengthNs)
    {
        this.profile = profile;
        this.share = share;
        this.startNs = startNs;
        EndNs = startNs + lengthNs;
        runSeconds = lengthNs / NsPerSecond;
        nextNs = startNs;
        if (!profile.IsUnlimited)
        {
            records = phase;
            nextNs = Time();
        }
    }

    /// <summary>With times between records drawn as a Poisson process draws them.</summary>
    public Schedule(
        RateProfile profile, double share, double phase, long startNs, long lengthNs, Chance chance)
        : this(profile, share, phase, startNs, lengthNs)
    {
        isPoisson = true;
        this.chance = chance;
    }

    /// <summary>When the last record is due at the latest.</summary>
    public long EndNs { get; }

    public bool IsUnlimited => profile.IsUnlimited;

    /// <summary>Whether nothing more is ever due.</summary>
    public bool IsOver => NextNs >= EndNs;

    /// <summary>When the next record is due; in a closed loop, the start.</summary>
    public long NextNs => isStopped ? long.MaxValue : nextNs;

    /// <summary>Goes to the next record.</summary>
    public void Advance()
    {
        if (!profile.IsUnlimited)
        {
            records += isPoisson ? -Math.Log(1 - chance.NextUnit()) : 1;
            nextNs = Time();
        }
    }

    /// <summary>Nothing more is due, from any thread; the owner sees it at its next turn.</summary>
    public void Stop() => isStopped = true;

    private long Time()
    {
        double second = profile.SecondOf(records / share, runSeconds);
        return second < runSeconds ? startNs + (long)(second * NsPerSecond) : long.MaxValue;
    }
}
