using Sso.Data.Factors;

namespace Sso.Delivery.Spending;

/// <summary>What one text adds to a count that starts again when its window has ended.</summary>
internal sealed record WindowCounter
{
    public required string Limit { get; init; }

    /// <summary>What is counted, in full; only its hash is stored.</summary>
    public required string Name { get; init; }

    /// <summary>The same, as an operator may read it.</summary>
    public string Subject { get; init; } = "";

    public required int Cap { get; init; }

    public required TimeSpan Window { get; init; }

    public int Weight { get; init; } = 1;

    /// <summary>Counts money, in ten-thousandths of a euro.</summary>
    public bool IsBudget { get; init; }

    /// <summary>Counts what one person did, not what all share.</summary>
    public bool IsOwn { get; init; }

    public byte[] Key => AttemptCounter.KeyOf(Limit, Name);
}
