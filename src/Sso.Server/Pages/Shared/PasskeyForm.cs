using Sso.Accounts.Factors;

namespace Sso.Server.Pages.Shared;

/// <summary>
/// A button that starts a WebAuthn ceremony; without script, or in a browser that does not know passkeys, it is not shown.
/// </summary>
/// <param name="Handle">The flow, if any.</param>
/// <param name="Act"><c>create</c>, <c>get</c>, or <c>autofill</c>: a get that also offers itself in the name field.</param>
internal sealed record PasskeyForm(string? Handle, PasskeyCeremony Ceremony, string Act, string Button, bool IsPrimary);
