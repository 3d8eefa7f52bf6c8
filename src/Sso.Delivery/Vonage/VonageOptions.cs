namespace Sso.Delivery.Vonage;

/// <summary>The account at Vonage. Section <c>Vonage</c> of the configuration.</summary>
public sealed record VonageOptions
{
    public const string Section = "Vonage";

    /// <summary>The European host by default, so that numbers stay there.</summary>
    public Uri BaseAddress { get; init; } = new("https://api-eu.nexmo.com");

    /// <summary>The application's UUID.</summary>
    public string? ApplicationId { get; init; }

    /// <summary>PEM; line breaks may be written as \n.</summary>
    public string? PrivateKey { get; init; }

    public string? PrivateKeyPath { get; init; }

    /// <summary>Without the key: records print all they hold.</summary>
    public override string ToString() => $"Vonage application {ApplicationId} at {BaseAddress}";
}
