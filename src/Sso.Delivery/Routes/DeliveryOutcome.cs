namespace Sso.Delivery.Routes;

/// <summary>What a route did with a message.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    /// <summary>The class in one word, as written in rows, logs and metrics.</summary>
    public string Name => GetType().Name;

    /// <summary>What was thrown on the way, for the log; it is no part of what became of the message.</summary>
    internal Exception? Cause { get; init; }

    /// <summary>
    /// Certainly not accepted, and because of the route rather than the number: another route may do better. The same goes for a silence,
    /// where the worst outcome is the same code twice.
    /// </summary>
    public bool AllowsAnotherRoute => this is Throttled or ProviderDown or RouteRefused or Unknown or ConfigError;

    public virtual bool Equals(DeliveryOutcome? other) => other is not null && EqualityContract == other.EqualityContract;

    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>The provider has it; <paramref name="Id"/> is null if its answer could not be read.</summary>
    public sealed record Accepted(string? Id, int Parts) : DeliveryOutcome;

    public sealed record Throttled(TimeSpan After) : DeliveryOutcome;

    /// <summary>
    /// It certainly did not accept the message. <paramref name="Asked"/> is false if the open breaker kept the request from being sent.
    /// </summary>
    public sealed record ProviderDown(bool Asked = true) : DeliveryOutcome;

    /// <summary>The request left and no answer came back: it may have been accepted.</summary>
    public sealed record Unknown : DeliveryOutcome;

    /// <summary>This provider will not carry this message, however often we ask; another may.</summary>
    public sealed record RouteRefused(string Reason) : DeliveryOutcome;

    public sealed record InvalidNumber : DeliveryOutcome;

    public sealed record NotReachable(string Reason) : DeliveryOutcome;

    public sealed record FraudBlocked : DeliveryOutcome;

    /// <summary>
    /// Something an operator must put right. <paramref name="StopsRoute"/>: credentials, credit or
    /// account, so nothing will pass until then.
    /// </summary>
    public sealed record ConfigError(string What, bool StopsRoute) : DeliveryOutcome;

    /// <summary>The provider did not understand us.</summary>
    public sealed record Bug(string What) : DeliveryOutcome;
}
