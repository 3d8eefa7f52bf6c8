
namespace Sso.Delivery.Routes;

/// <summary>One text on its way to one phone. It prints neither text nor number.</summary>
public sealed record OutgoingMessage
{
    /// <summary>The row's id; providers echo it as our reference.</summary>
    public required Guid Id { get; init; }

    public required PhoneNumber To { get; init; }

    public required string Text { get; init; }

    /// <summary>After this time the provider need not try any longer.</summary>
    public required TimeSpan Life { get; init; }

    /// <summary>32 characters, below the 40 that every provider accepts.</summary>
    public string Reference => Id.ToString("N");

    public override string ToString() => $"text {Reference} to {To.Masked}";
}
