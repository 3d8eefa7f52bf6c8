namespace Sso.Delivery.Routes;

/// <summary>
/// A way for a text to reach a phone. One call is one attempt; retries, breaker and failover are <see cref="GuardedRoute"/>'s.
/// </summary>
public interface IMessageRoute
{
    /// <summary>As in <c>Delivery:Routes</c>.</summary>
    string Name { get; }

    /// <summary>True if the provider tells us what became of a message, in a way that we can verify.</summary>
    bool HasReceipts { get; }

    /// <summary>Throws only when cancelled, and then the message may have left.</summary>
    Task<DeliveryOutcome> SendAsync(OutgoingMessage message, CancellationToken cancellation);
}
