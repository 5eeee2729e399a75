namespace Millrace.Loadgen.Report;

/// <summary>
/// What looking at every record has found; all but the first are 0 with a broker that can be trusted.
/// </summary>
internal sealed record VerifyOutcome
{
    public long Checked { get; init; }

    /// <summary>Acknowledged and not to be read.</summary>
    public long Lost { get; init; }

    /// <summary>Read more than once from their partition.</summary>
    public long Duplicated { get; init; }

    /// <summary>Read after one that was sent later to the same partition.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>Not what was sent.</summary>
    public long Corrupt { get; init; }

    public bool IsClean => Lost == 0 && Duplicated == 0 && OutOfOrder == 0 && Corrupt == 0;
}
