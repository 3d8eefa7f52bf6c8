namespace Sso.Delivery.Spending;

/// <summary>When a prefix is closed because its codes are not entered. Section <c>Delivery:Conversion</c>.</summary>
public sealed record ConversionOptions
{
    /// <summary>So many of the latest texts are looked at; fewer say nothing.</summary>
    public int Sample { get; init; } = 20;

    /// <summary>The part of them whose code must have been entered.</summary>
    public double Floor { get; init; } = 0.35;

    public TimeSpan Pause { get; init; } = TimeSpan.FromHours(1);

    internal IEnumerable<string> Errors()
    {
        if (Sample is < 5 or > 1000)
        {
            yield return "Delivery:Conversion:Sample must lie between 5 and 1000 texts.";
        }

        if (Floor is not (>= 0 and < 1))
        {
            yield return "Delivery:Conversion:Floor must be at least 0 (never closes) and below 1.";
        }

        if (Pause < TimeSpan.FromMinutes(1) || Pause > TimeSpan.FromDays(1))
        {
            yield return "Delivery:Conversion:Pause must lie between 00:01:00 and 1.00:00:00.";
        }
    }
}
