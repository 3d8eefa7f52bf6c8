namespace Sso.Delivery.Mail;

/// <summary>In whose name a mail is written.</summary>
/// <param name="SenderName">Stands in From beside the server's address; null is as configured.</param>
/// <param name="Accent">The fill of the button, <c>#rrggbb</c>.</param>
/// <param name="AccentText">The text on it.</param>
/// <param name="SupportContact">Where people get help.</param>
public sealed record MailBrand(string Name, string? SenderName, string Accent, string AccentText, string? SupportContact);
