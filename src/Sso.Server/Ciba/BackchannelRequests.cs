using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using Sso.Accounts.Limits;
using Sso.Accounts.Mails;
using Sso.Data;
using Sso.Data.People;
using Sso.Protocol.Ciba;
using Sso.Server.Authorization;
using Sso.Server.ClientAuthentication;
using Sso.Server.Clients;
using Sso.Server.Issuance;

namespace Sso.Server.Ciba;

/// <summary>A request that waits for the viewer.</summary>
internal sealed record WaitingView(Guid Id, string ClientName, string? BindingMessage, DateTimeOffset AskedAt, DateTimeOffset ExpiresAt);

/// <summary>
/// Whom a backchannel authentication means (CIBA Core §7.1), and what waits for a person. Names are counted alike whether somebody has them
/// or not; an unknown, a disabled and a foreign person give the same error, which the standard demands (§13).
/// </summary>
internal sealed class BackchannelRequests(
    SsoDbContext database, WaitingRequestStore waiting, ClientDirectory clients, IssuedTokenValidator issued, Throttle throttle,
    SecurityMails mails)
{
    /// <summary>The auth_req_id.</summary>
    public async Task<Result<string, OAuthError>> AddAsync(
        HttpContext http, ClientRequest request, BackchannelRequest asked, CancellationToken cancellation)
    {
        var hinted = asked.IdTokenHint is { } hint ? await PersonOfAsync(hint, request.Client, cancellation) : null;
        if (asked.IdTokenHint is not null && hinted is null)
        {
            return OAuthError.IdTokenHintOfOthers;
        }

        var person = await FindAsync(hinted, asked.LoginHint, cancellation);
        var who = person?.Id.ToString("N") ?? hinted?.ToString("N") ?? SignInName.Normalize(asked.LoginHint!);
        if ((await throttle.ReserveAskingAsync(who, cancellation)
            ?? (person is null ? await throttle.ReserveUnknownAsync(request.Client.Id, cancellation) : null)) is { } wait)
        {
            return OAuthError.TooManyRequests(wait);
        }

        if (person is null)
        {
            return OAuthError.UnknownUser;
        }

        if (await throttle.ReserveAskedMailAsync(person.Id, cancellation))
        {
            mails.Tell(
                database, http.Visit(), person, MailTable.AccessAsked, new(request.Client.Name, asked.BindingMessage, asked.Lifetime));
        }

        return await waiting.AddBackchannelAsync(request, asked, person.Id, cancellation);
    }

    /// <summary>What this person has not answered yet, newest first.</summary>
    public async Task<IReadOnlyList<WaitingView>> ListAsync(Guid personId, CancellationToken cancellation) =>
    [
        .. from found in await waiting.ListAsync(personId, cancellation)
           let client = clients.Find(found.Waiting.ClientId)
           where client is not null
           select new WaitingView(
               found.Waiting.Id, client.Name, found.Asked.Text("binding_message"), found.Waiting.CreatedAt, found.Waiting.ExpiresAt),
    ];

    /// <summary>What the flow of an answer carries; null if the request does not wait for this person.</summary>
    public async Task<OpenIddictRequest?> CarryAsync(Guid personId, string? id, CancellationToken cancellation) =>
        (await waiting.ListAsync(personId, cancellation)).Where(found => found.Waiting.Id.ToString("N") == id)
            .Select(found => WaitingFlow.Carry(found.Waiting, found.Asked).With("person", personId.ToString("N"))).SingleOrDefault();

    private async Task<Person?> FindAsync(Guid? hinted, string? loginHint, CancellationToken cancellation)
    {
        var people = database.Users.Where(person => person.DisabledAt == null);
        var typed = loginHint is null ? null : SignInName.Normalize(loginHint);
        return hinted is { } id
            ? await people.SingleOrDefaultAsync(person => person.Id == id, cancellation)
            : await people.SingleOrDefaultAsync(
                person => person.NormalizedUserName == typed || person.NormalizedEmail == typed, cancellation);
    }

    /// <summary>Of an ID token that this very client got, even expired. A pairwise subject cannot be read back, but its session.</summary>
    private async Task<Guid?> PersonOfAsync(string hint, Client client, CancellationToken cancellation)
    {
        if (await issued.ValidateHintAsync(hint) is not { } token || !token.Audiences.Contains(client.Id))
        {
            return null;
        }

        if (client.Sector is null)
        {
            return Guid.TryParseExact(token.Subject, "N", out var id) ? id : null;
        }

        var sessionId = token.TryGetClaim("sid", out var claim) ? client.SessionOf(claim.Value) : null;
        var session = await database.Sessions.AsNoTracking().SingleOrDefaultAsync(row => row.Id == sessionId, cancellation);
        return session is not null && client.SubjectOf(session.PersonId) == token.Subject ? session.PersonId : null;
    }
}
