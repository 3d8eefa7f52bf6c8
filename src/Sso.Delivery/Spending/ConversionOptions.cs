namespace Sso.Delivery.Spending;

/// <summary>When a prefix is closed because its codes are not entered. Section <c>Delivery:Conversion</c>.</summary>
public sealed record ConversionOptions
{
    /// <summary>How many of the latest texts are looked at; fewer say nothing.</summary>
    public int Sample { get; init; } = 20;

    /// <summary>The share of them whose code must have been entered.</summary>
    public double Floor { get; init; } = 0.35;

    public TimeSpan Pause { get; init; } = TimeSpan.FromHours(1);
}
