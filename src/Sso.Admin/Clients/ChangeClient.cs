using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Outgoing;

namespace Sso.Admin.Clients;

/// <summary>
/// Changes a registration by the rules of a new one. What a client is (its type), and what makes the subjects of its people (pairwise, sector), stays: whoever
/// changes that has another client.
/// </summary>
public sealed class ChangeClient(SsoDbContext database, AddClient clients, KeyOptions keys, TimeProvider clock)
{
    /// <param name="clientId">Which.</param>
    /// <param name="change">From the registration as it is to what is wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Outcome<ClientAdded>> ExecuteAsync(string clientId, Func<NewClient, NewClient> change, CancellationToken cancellation)
    {
        if (await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } read)
        {
            return ShowClient.NotFound(clientId);
        }

        var before = ClientView.Of(read);
        var current = WishOf(read, before);
        var wanted = FapiRules.Complete(Derived(current, change(current)), keys.Offered);
        // Its id was judged when it was registered, and a document's id is an address.
        var by = read.IsUnverified ? RegisteredBy.Application : RegisteredBy.Operator;
        if ((await clients.CheckAsync(wanted with { ClientId = "checked-elsewhere" }, by, cancellation)).Refused(out var refusal, out var sector))
        {
            return refusal;
        }

        // The check may have called the sector's address, for which no transaction waits; so the row may be another by now.
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.RaiseClientsVersionAsync(cancellation);
        var found = await database.Clients.SingleOrDefaultAsync(client => client.Id == clientId, cancellation);
        if (found is null || !JsonNode.DeepEquals(ClientView.Of(found).ToJson(), before.ToJson()))
        {
            return Refusal.Taken("client_id", $"The client '{clientId}' was changed or removed at this moment.", "Try again.");
        }

        if (await FlawAsync(found, wanted, sector, cancellation) is { } flaw)
        {
            return flaw;
        }

        Apply(found, current, wanted);
        database.SecurityEvents.Add(new(clock.GetUtcNow(), SecurityEventKind.ClientChanged)
        {
            ClientId = clientId,
            Detail = "changed",
            Changes = Changes.Of(before.ToJson(), ClientView.Of(found).ToJson()),
        });
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new ClientAdded(ClientView.Of(found), Secret: null, [.. AddClient.Warnings(wanted)]);
    }

    private async Task<Refusal?> FlawAsync(ClientRegistration found, NewClient wanted, ClientSector sector, CancellationToken cancellation) => wanted switch
    {
        { BrandId: { } brand } when !await database.HasBrandAsync(brand, cancellation) => BrandQueries.NotFound(brand),
        _ when sector.Host != found.Sector => Refusal.Invalid(new FieldProblem(
            "redirect_uris", $"With these redirect URIs its sector would be another than '{found.Sector}', and each person a stranger to it.", "Keep the host, or register another client.")),
        _ when NeedsNewSecret(found.AuthenticationMethod, AuthenticationRules.MethodOf(wanted)) => Refusal.Invalid(new FieldProblem(
            "authentication_method", "Its secret cannot be used that way, and a secret is only made with a client.", "Register it anew with that method.")),
        _ => await clients.UnknownTargetAsync(wanted, cancellation),
    };

    /// <summary>client_secret_jwt has a secret that was kept sealed; the two that send it have only its hash.</summary>
    private static bool NeedsNewSecret(ClientAuthenticationMethod former, ClientAuthenticationMethod method) => method.IsBySecret()
        && (!former.IsBySecret() || (former == ClientAuthenticationMethod.ClientSecretJwt) != (method == ClientAuthenticationMethod.ClientSecretJwt));

    /// <summary>What follows from other fields follows again, unless it was set itself.</summary>
    private static NewClient Derived(NewClient former, NewClient wanted) =>
        wanted.Type == ClientType.Spa && !wanted.RedirectUris.SequenceEqual(former.RedirectUris) && wanted.Origins.SequenceEqual(former.Origins)
            ? wanted with { Origins = [] }
            : wanted;

    private static void Apply(ClientRegistration found, NewClient former, NewClient wanted)
    {
        var (scopes, grants) = (found.Scopes, found.GrantTypes);
        AddClient.Fill(found, wanted);
        if (wanted.Scopes.SequenceEqual(former.Scopes))
        {
            found.Scopes = scopes;
        }

        // Of a client that registered itself the grants are its own choice; two of them are ours to give.
        string[] given = [GrantTypes.Ciba, GrantTypes.TokenExchange];
        found.GrantTypes = [.. grants.Except(given), .. found.GrantTypes.Intersect(given)];
        if (!wanted.Scopes.SequenceEqual(former.Scopes) && found.Scopes.Contains(Scopes.OfflineAccess) && found.GrantTypes.Contains(GrantTypes.AuthorizationCode))
        {
            found.GrantTypes = [.. found.GrantTypes.Union([GrantTypes.RefreshToken])];
        }

        if (!found.AuthenticationMethod.IsBySecret())
        {
            (found.SecretHash, found.SecretExpiresAt, found.SealedSecret) = (null, null, null);
            (found.OtherSecretHash, found.OtherSecretExpiresAt, found.OtherSealedSecret) = (null, null, null);
        }
    }

    private static NewClient WishOf(ClientRegistration found, ClientView view) => new()
    {
        ClientId = found.Id,
        Name = found.Name,
        Type = view.Type,
        AuthenticationMethod = found.AuthenticationMethod,
        Profile = found.Profile,
        DpopBound = found.DpopBound,
        CertificateBound = found.CertificateBound,
        TlsSubject = found.TlsSubject,
        Jwks = found.Jwks,
        JwksUri = found.JwksUri,
        RedirectUris = view.RedirectUris,
        PostLogoutRedirectUris = view.PostLogoutRedirectUris,
        Origins = view.Origins,
        Scopes = view.Scopes,
        SecondFactor = found.SecondFactor,
        GraceSignIns = found.GraceSignIns,
        AcceptsTextMessages = found.AcceptsTextMessages,
        AcceptsMailCodes = found.AcceptsMailCodes,
        AcceptsTrustedDevices = found.AcceptsTrustedDevices,
        ConsentRequired = found.ConsentRequired,
        BackchannelLogoutUri = found.BackchannelLogoutUri,
        FrontchannelLogoutUri = found.FrontchannelLogoutUri,
        FrontchannelLogoutSessionRequired = found.FrontchannelLogoutSessionRequired,
        InitiateLoginUri = found.InitiateLoginUri,
        Pairwise = found.Sector is not null,
        SectorIdentifierUri = found.SectorIdentifierUri,
        AsksByBackchannel = found.GrantTypes.Contains(GrantTypes.Ciba),
        NotificationUri = found.NotificationUri,
        ExchangeTargets = view.ExchangeTargets,
        BrandId = found.BrandId,
        IdTokenSigningAlgorithm = found.IdTokenSigningAlgorithm,
        IntrospectionSigningAlgorithm = found.IntrospectionSigningAlgorithm,
        AuthorizationSigningAlgorithm = found.AuthorizationSigningAlgorithm,
        RequirePkce = found.RequirePkce,
        RequiresPushedRequests = found.RequiresPushedRequests,
        RequiresSignedRequests = found.RequiresSignedRequests,
        RequestUris = view.RequestUris,
        RequestObjectSigningAlgorithm = found.RequestObjectSigningAlgorithm,
        AuthorizationDetailTypes = view.AuthorizationDetailTypes,
        UserInfoSigningAlgorithm = found.UserInfoSigningAlgorithm,
        UserInfoEncryption = view.UserInfoEncryption,
        IdTokenEncryption = view.IdTokenEncryption,
        AllowsIdTokenResponses = found.AllowsIdTokenResponses,
        IdTokenClaims = found.IdTokenClaims,
    };
}
