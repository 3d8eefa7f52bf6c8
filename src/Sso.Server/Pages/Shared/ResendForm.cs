namespace Sso.Server.Pages.Shared;

/// <summary>The form that asks for the code again, within a flow or without one.</summary>
public sealed record ResendForm(string? Handle, TimeSpan In);
