using System.ComponentModel;

namespace Sso.Delivery.Vonage;

/// <summary>The account at Vonage. Section <c>Vonage</c> of the configuration.</summary>
public sealed record VonageOptions
{
    public const string Section = "Vonage";

    /// <summary>Of the Messages API. The European host by default, so that numbers stay in Europe.</summary>
    public Uri BaseAddress { get; init; } = new("https://api-eu.nexmo.com");

    /// <summary>Of the older SMS API, which has no European host.</summary>
    public Uri SmsBaseAddress { get; init; } = new("https://rest.nexmo.com");

    /// <summary>The application's UUID.</summary>
    public string? ApplicationId { get; init; }

    /// <summary>PEM; line breaks may be written as \n.</summary>
    [PasswordPropertyText(true)]
    public string? PrivateKey { get; init; }

    public string? PrivateKeyPath { get; init; }

    /// <summary>The account's key, for the SMS API; if it is set, receipts must name it.</summary>
    public string? ApiKey { get; init; }

    /// <summary>For requests of the SMS API that are not signed.</summary>
    [PasswordPropertyText(true)]
    public string? ApiSecret { get; init; }

    /// <summary>Those of the account; two while one replaces the other. Without any, receipts are neither asked for nor believed.</summary>
    [PasswordPropertyText(true)]
    public IReadOnlyList<string> SignatureSecrets { get; init; } = [];

    /// <summary>As set in the account, for requests and receipts of the SMS API.</summary>
    public VonageSignatureMethod SignatureMethod { get; init; }

    /// <summary>Requests of the SMS API carry a signature instead of the secret.</summary>
    public bool SignRequests { get; init; }

    internal bool HasReceipts => SignatureSecrets.Count > 0;

    /// <summary>Without the secrets: by default a record prints all its properties.</summary>
    public override string ToString() => $"Vonage application {ApplicationId} at {BaseAddress}";
}

public enum VonageSignatureMethod
{
    Sha256,
    Sha512,

    /// <summary>What an account has until another is chosen.</summary>
    Md5Hash,
}
