using System.Text.Json.Serialization;

namespace Sso.Delivery.Mail;

/// <summary>A finished mail to one address, as text and as HTML that say the same. It prints neither address nor content.</summary>
public sealed record MailMessage
{
    public required string To { get; init; }

    /// <summary>Which mail it is, for those who look for it; null for one of no table.</summary>
    public string? Kind { get; init; }

    /// <summary>Goes with the server's own address; null means as configured.</summary>
    public string? SenderName { get; init; }

    public required string Subject { get; init; }

    public required string Text { get; init; }

    public required string Html { get; init; }

    /// <summary>The brand whose logo goes along (<see cref="MailLogo"/>); null for none.</summary>
    public string? LogoOf { get; init; }

    public override string ToString() => "(mail)";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MailMessage))]
internal sealed partial class MailJson : JsonSerializerContext;
