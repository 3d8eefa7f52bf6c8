namespace Sso.Delivery.Mail;

/// <summary>
/// Words that lead somewhere. Where the address is no page (<c>mailto:</c>, <c>tel:</c>), the words hold it, so that paper does too.
/// </summary>
public sealed record MailLink(string Label, string Url)
{
    public bool IsPage => Url.StartsWith("http", StringComparison.Ordinal);
}
