using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Admin;
using Sso.Data;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.Passwords;

/// <summary>
/// An operator sends somebody a link to a new password, to the confirmed address of the account and nowhere else. Not the act of the page
/// for whoever forgot theirs: that answers the same about everybody, and counts the address of whoever asks.
/// </summary>
public sealed class SendPasswordLink(SsoDbContext database, SecurityMails mails, Throttle throttle, TimeProvider clock)
{
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="by">Who sends it.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public Task<Result<Person, Refusal>> ExecuteAsync(
        string who, ActingOperator by, CancellationToken cancellation) => database.AllOrNothingAsync<Person>(async () =>
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        if (await database.FindDenialAsync(by, person, cancellation) is { } denial)
        {
            return denial;
        }

        if (person is not { Email: not null, EmailConfirmed: true, DisabledAt: null })
        {
            return Refusal.Invalid(new FieldProblem(
                "user_name", $"'{person.UserName}' has no confirmed address, or is disabled.", "Give a new password instead."));
        }

        if (!await throttle.ReserveSentLinkAsync(person.Id, cancellation))
        {
            return Refusal.TooOften(
                "user_name", $"'{person.UserName}' was sent as many links as an hour allows.", "Ask them to look for the latest mail.");
        }

        var now = clock.GetUtcNow();
        await database.VoidPasswordLinksAsync(person.Id, cancellation);
        mails.TellOfOperator(database, person, MailTable.PasswordLinkSent, default, now);
        database.RecordChange(person, "password link sent", now);
        return person;
    }, cancellation);
}
