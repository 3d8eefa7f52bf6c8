using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;

namespace Sso.Accounts.Apps;

/// <summary>Remembers what a person allowed a client (OIDC Core §3.1.2.4).</summary>
public sealed class ConsentDecision(SsoDbContext database, TimeProvider clock)
{
    /// <summary>Allows exactly what the sealed request asks for; the form carries no scopes that could be altered.</summary>
    public async Task AllowAsync(AuthorizationRequest request, SignInRow signIn, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var (clientId, scopes) = (request.Client.Id, request.Asked);
        var consent = await database.Consents.SingleOrDefaultAsync(
            row => row.PersonId == signIn.PersonId && row.ClientId == clientId, cancellation);
        if (consent is null)
        {
            consent =
                new Consent { PersonId = signIn.PersonId, ClientId = clientId, Scopes = [], GivenAt = now, FlowId = request.FlowId };
            database.Consents.Add(consent);
        }

        consent.Scopes = [.. consent.Scopes.Union(scopes).Order(StringComparer.Ordinal)];
        (consent.GivenAt, consent.FlowId) = (now, request.FlowId);
        database.SecurityEvents.Add(SecurityEvent.ConsentGiven(now, signIn.PersonId, signIn.SessionId, clientId, scopes));
        await database.SaveChangesAsync(cancellation);
    }

    public async Task RefuseAsync(AuthorizationRequest request, SignInRow signIn, CancellationToken cancellation)
    {
        database.SecurityEvents.Add(SecurityEvent.ConsentRefused(
            clock.GetUtcNow(), signIn.PersonId, signIn.SessionId, request.Client.Id, request.Asked));
        await database.SaveChangesAsync(cancellation);
    }
}
