namespace Sso.Delivery.Spending;

/// <summary>How many texts may leave. Section <c>Delivery:Limits</c>.</summary>
public sealed record SendLimitOptions
{
    public int PerNumberAndHour { get; init; } = 5;

    public int PerNumberAndDay { get; init; } = 10;

    public int PerAccountAndDay { get; init; } = 10;

    /// <summary>An IPv6 network of /64 counts as one address.</summary>
    public int PerAddressAndHour { get; init; } = 10;

    /// <summary>Ten thousand neighbouring numbers.</summary>
    public int PerRangeAndHour { get; init; } = 10;

    /// <summary>Calling code and three digits. A quarter of the server's limit: one prefix cannot use up what the others need.</summary>
    public int PerPrefixAndHour { get; init; } = 50;

    public int PerHour { get; init; } = 200;

    public int PerDay { get; init; } = 1000;
}
