using System.ComponentModel;

namespace Sso.Delivery.Twilio;

/// <summary>The account at Twilio. Section <c>Twilio</c> of the configuration.</summary>
public sealed record TwilioOptions
{
    public const string Section = "Twilio";

    public Uri BaseAddress { get; init; } = new("https://api.twilio.com");

    /// <summary>AC and 32 hexadecimal digits.</summary>
    public string? AccountSid { get; init; }

    /// <summary>
    /// Signs receipts; also the credential of requests if there is no API key. Without it receipts are neither asked for nor believed.
    /// </summary>
    [PasswordPropertyText(true)]
    public string? AuthToken { get; init; }

    public string? ApiKeySid { get; init; }

    [PasswordPropertyText(true)]
    public string? ApiKeySecret { get; init; }

    internal bool HasReceipts => AuthToken is { Length: > 0 };

    /// <summary>Without the secrets: by default a record prints all its properties.</summary>
    public override string ToString() => $"Twilio account {AccountSid} at {BaseAddress}";
}
