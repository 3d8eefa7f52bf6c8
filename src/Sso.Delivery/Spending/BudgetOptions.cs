namespace Sso.Delivery.Spending;

/// <summary>What texts may cost, in euro. Section <c>Delivery:Budget</c>.</summary>
public sealed record BudgetOptions
{
    public decimal PerHour { get; init; } = 20;

    public decimal PerDay { get; init; } = 100;

    internal IEnumerable<string> Errors()
    {
        (string Name, decimal Value)[] budgets = [(nameof(PerHour), PerHour), (nameof(PerDay), PerDay)];
        return budgets
            .Where(budget => budget.Value is <= 0 or > Money.Most)
            .Select(budget => $"Delivery:Budget:{budget.Name} must be more than 0 and at most {Money.Most} euro.");
    }
}
