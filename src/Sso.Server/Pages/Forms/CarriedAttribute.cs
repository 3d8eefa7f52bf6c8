namespace Sso.Server.Pages.Forms;

/// <summary>Marks what a page still knows after the redirect that follows each form. Never a password or a code.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CarriedAttribute : Attribute;
