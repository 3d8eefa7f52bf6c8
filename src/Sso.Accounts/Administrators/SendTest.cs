using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Admin;
using Sso.Admin.Deliveries;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Delivery.Routes;
using Sso.Protocol;

namespace Sso.Accounts.Administrators;

/// <summary>
/// Sends an administrator a text or a mail about nothing, to the number or the address that the account has proved and to no other: by the
/// queue, the routes and the limits of all others, so that what comes of it is what comes of them.
/// </summary>
public sealed class SendTest(
    SsoDbContext database, SecurityMails mails, NoticeTexts texts, MessageRoutes routes, Throttle throttle, TimeProvider clock)
{
    /// <summary>False for what this person has not proved, and for texts where none is ever sent.</summary>
    public async Task<(bool Text, bool Mail)> FindWaysAsync(Guid personId, CancellationToken cancellation) => (
        routes.Any && await database.VerifiedNumbers(personId).AnyAsync(cancellation),
        await database.Users.AnyAsync(person => person.Id == personId && person.Email != null && person.EmailConfirmed, cancellation));

    public Task<Result<TestSent, Refusal>> TextAsync(Guid personId, CancellationToken cancellation) =>
        SendAsync(
            personId, "test text sent",
            async person =>
            {
                if (!routes.Any || await database.VerifiedNumbers(person.Id).AsNoTracking().OrderBy(number => number.CreatedAt)
                    .FirstOrDefaultAsync(cancellation) is not { } number)
                {
                    return null;
                }

                texts.Tell(database, person, number, TextNotice.Test);
                return database.OutgoingTexts.Local.Single(text => text.Notice == TextNotice.Test).Id;
            },
            cancellation);

    public Task<Result<TestSent, Refusal>> MailAsync(Guid personId, CancellationToken cancellation) =>
        SendAsync(
            personId, "test mail sent",
            person =>
            {
                if (person is not { Email: not null, EmailConfirmed: true })
                {
                    return Task.FromResult<Guid?>(null);
                }

                mails.Tell(database, visit: null, person, MailTable.Test, default);
                return Task.FromResult<Guid?>(database.OutgoingMails.Local.Single().Id);
            },
            cancellation);

    /// <summary>What came of a test text of this person; null for any other.</summary>
    public async Task<TestText?> ReadTextAsync(Guid personId, Guid id, CancellationToken cancellation)
    {
        if (await database.OutgoingTexts.AsNoTracking().SingleOrDefaultAsync(
            row => row.Id == id && row.PersonId == personId && row.Notice == TextNotice.Test, cancellation) is not { } text)
        {
            return null;
        }

        var tried = await database.TextDeliveries.AsNoTracking().Where(row => row.TextId == id).OrderBy(row => row.Id)
            .ToListAsync(cancellation);
        return new(text.Status, text.Outcome, text.NextAttemptAt, [.. tried.Select(DeliveryView.Of)]);
    }

    /// <summary>
    /// What came of a test mail to an address like that of this person; null for any other. A mail names no person: its id, which only its
    /// sender is told, is what tells it from another's.
    /// </summary>
    public async Task<MailView?> ReadMailAsync(Guid personId, Guid id, CancellationToken cancellation)
    {
        var address = await database.Users.Where(person => person.Id == personId && person.EmailConfirmed)
            .Select(person => person.Email).SingleOrDefaultAsync(cancellation);
        return address is not null
            && await database.OutgoingMails.AsNoTracking().SingleOrDefaultAsync(
                row => row.Id == id && row.Kind == MailTable.TestKind, cancellation) is { } mail
            && mail.MaskedAddress == EmailAddress.Mask(address)
            ? MailView.Of(mail)
            : null;
    }

    private Task<Result<TestSent, Refusal>> SendAsync(
        Guid personId, string what, Func<Person, Task<Guid?>> send, CancellationToken cancellation) =>
        database.AllOrNothingAsync<TestSent>(
            async () =>
            {
                var person = await database.Users.SingleAsync(row => row.Id == personId, cancellation);
                if (await throttle.ReserveTestAsync(personId, cancellation) is { } wait)
                {
                    return Refusal.TooOften(
                        "test", $"Tests are used up for {Counted.Of((long)Math.Ceiling(wait.TotalMinutes), "minute")}.",
                        "Look at what came of the latest.");
                }

                if (await send(person) is not { } id)
                {
                    return Refusal.NotFound(
                        "test", $"'{person.UserName}' has proved no number or address for it, or texts are off.",
                        "Add it in the account area first.");
                }

                database.SecurityEvents.Add(SecurityEvent.DeliveryChanged(clock.GetUtcNow(), what));
                return new TestSent(id);
            },
            cancellation);
}

/// <param name="Id">Of the row in its queue.</param>
public sealed record TestSent(Guid Id);

/// <summary>What came of a test text.</summary>
/// <param name="Outcome">The outcome class of the whole; null before the first attempt.</param>
/// <param name="NextAttemptAt">When one that waits is tried.</param>
/// <param name="Tried">What each route was given, in their order.</param>
public sealed record TestText(
    OutgoingTextStatus Status, string? Outcome, DateTimeOffset NextAttemptAt, ImmutableArray<DeliveryView> Tried);
