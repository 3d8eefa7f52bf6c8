namespace Sso.Delivery.Mail;

/// <summary>
/// Words that lead somewhere. If the address is not a page (<c>mailto:</c>, <c>tel:</c>), the words contain it, so that a printed mail does
/// too.
/// </summary>
public sealed record MailLink(string Label, string Url)
{
    public bool IsPage => Url.StartsWith("http", StringComparison.Ordinal);
}
