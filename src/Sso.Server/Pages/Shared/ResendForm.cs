using Sso.Accounts.Factors;

namespace Sso.Server.Pages.Shared;

/// <summary>The form that asks for the code again, within a flow or without one.</summary>
/// <param name="Handle">The flow, if any.</param>
/// <param name="Sent">The code that was sent; null if none is on its way yet.</param>
/// <param name="Phone">Which of several numbers.</param>
internal sealed record ResendForm(string? Handle, MessageChallengeView? Sent, Guid? Phone = null)
{
    public TimeSpan In => Sent?.ResendIn ?? TimeSpan.Zero;

    /// <summary>False if this code was sent as often as it may be.</summary>
    public bool IsPossible => Sent?.CanResend ?? true;

    public bool IsFirst => Sent is null;

    /// <summary>The last code has expired: only another one leads on.</summary>
    public bool IsMain => Sent is { IsOver: true };
}
