namespace Sso.Server.Pages.Shared;

/// <summary>The form that asks for the code again, within a flow or without one.</summary>
/// <param name="Phone">Which of several numbers.</param>
/// <param name="IsPossible">False when this code was sent as often as it may be.</param>
/// <param name="IsFirst">None is on its way yet.</param>
public sealed record ResendForm(string? Handle, TimeSpan In, bool IsPossible, bool IsFirst, Guid? Phone = null);
