using Sso.Accounts.Visits;
using Sso.Data.Operations;
using Sso.Data.Sessions;

namespace Sso.Accounts.Actors;

/// <summary>
/// Who does an act that an owner and an operator can both do. What happens to the account is written once. The act asks for the actor to
/// decide what is recorded, how the owner is told, what is open afterwards, and what is refused: only an operator takes the last method.
/// </summary>
public abstract record Actor
{
    private Actor() { }

    /// <summary>The owner, who is signed in.</summary>
    public sealed record Owner(Visit Visit, SignInRow SignIn) : Actor;

    /// <summary>Whoever opened a link that was mailed to the owner, which signs nobody in.</summary>
    public sealed record Mailbox(Visit Visit) : Actor;

    /// <summary>
    /// At the command line, which has no key to write a mail with: a server tells the owner, by an <see cref="OwedNotice"/>.
    /// </summary>
    public sealed record Operator : Actor;
}
