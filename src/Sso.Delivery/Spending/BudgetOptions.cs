namespace Sso.Delivery.Spending;

/// <summary>What texts may cost, in euro. Section <c>Delivery:Budget</c>.</summary>
public sealed record BudgetOptions
{
    public decimal PerHour { get; init; } = 20;

    public decimal PerDay { get; init; } = 100;
}
