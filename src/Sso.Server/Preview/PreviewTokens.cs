using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sso.Accounts.Actors;
using Sso.Accounts.SignIn;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Protocol.Tokens;
using Sso.Server.Clients;
using Sso.Server.Issuance;
using Sso.Server.Token;
using Sso.Server.UserInfo;

namespace Sso.Server.Preview;

/// <summary>
/// What the tokens of an application and userinfo would say of somebody. The gate decides, and the claims are put together by what issues
/// tokens, in a transaction that is rolled back; nothing is signed, so there is nothing that anybody could use.
/// </summary>
internal sealed class PreviewTokens(
    SsoDbContext database, SimulateSignIn signIn, PrepareTokens tokens, PersonReader people, ClientDirectory clients,
    TokenOptions lifetimes, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <param name="clientId">Of the application.</param>
    /// <param name="scopes">What it asks for, with spaces between.</param>
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="isOfApplication">
    /// Only somebody who lets the application have something is found, with nothing beyond that; or the administrator who asks.
    /// </param>
    /// <param name="by">Who wants to know.</param>
    /// <param name="cancellation">Stops before the end.</param>
    public async Task<Result<TokenPreview, Refusal>> ExecuteAsync(
        string clientId, string scopes, string who, bool isOfApplication, ActingOperator by, CancellationToken cancellation)
    {
        if (clients.Find(clientId) is not { } client)
        {
            return Refusal.Invalid(new FieldProblem("client_id", "The application is off.", "Enable it first."));
        }

        return (await signIn.IssueAsync(
            client, scopes, who, isOfApplication, by,
            (decision, request, state) => IssueAsync(decision, request, state, cancellation), cancellation))
            .Failed(out var refusal, out var foretold)
            ? refusal
            : new TokenPreview(foretold.PersonId.ToString("N"), GateVerdict.Of(foretold.Simulation), foretold.Made);
    }

    private async Task<PreviewedTokens> IssueAsync(
        NextStep.Issue decision, AuthorizationRequest request, SignInState state, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var row = RowOf(decision.Authentication, request, state, now);
        database.Grants.Add(row);
        await database.SaveChangesAsync(cancellation);
        var approved = ApprovedPrincipal.OfPerson(
            ApprovedGrant.ForPerson(decision, request, state, row.Id, []), refreshToken: null, request.Claims.IdToken);
        var wanted = PersonClaims.OfScopes(request.Scopes);
        var userInfo = approved.HasIdToken && await people.FindAsync(row.Id, wanted, cancellation) is { } person
            ? new JsonObject([new("sub", request.Client.SubjectOf(state.PersonId)), .. Nullable(TellPerson.ClaimsOf(person, wanted))])
            : null;
        return new(
            string.Join(' ', request.Scopes.Order(StringComparer.Ordinal)),
            approved.HasIdToken ? JsonOf(await tokens.OfIdTokenAsync(approved, now, cancellation)).ToJsonString(Indented) : null,
            JsonOf(tokens.OfAccessToken(approved, now)).ToJsonString(Indented),
            userInfo?.ToJsonString(Indented));
    }

    private Grant RowOf(Authentication authentication, AuthorizationRequest request, SignInState state, DateTimeOffset now)
    {
        var (id, secret) = Grant.KeysOf(RandomNumberGenerator.GetBytes(16), now);
        return new()
        {
            Id = id,
            Secret = secret,
            ClientId = request.Client.Id,
            PersonId = state.PersonId,
            SessionId = state.SessionId,
            Scopes = [.. request.Scopes.Order(StringComparer.Ordinal)],
            Offline = false,
            AuthenticatedAt = authentication.Time,
            Acr = authentication.Acr,
            Amr = [.. authentication.Amr],
            CreatedAt = now,
            ExpiresAt = now + lifetimes.AccessTokenLifetime,
            IdleExpiresAt = now + lifetimes.AccessTokenLifetime,
        };
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Nullable(IEnumerable<KeyValuePair<string, JsonNode>> claims) =>
        claims.Select(claim => KeyValuePair.Create(claim.Key, (JsonNode?)claim.Value));

    /// <summary>As the claims of a principal stand in its JWT: several of one name are an array.</summary>
    private static JsonObject JsonOf(ClaimsPrincipal principal) => new(
        principal.Claims.GroupBy(claim => claim.Type, StringComparer.Ordinal).Select(same => KeyValuePair.Create(
            same.Key, same.Count() == 1 ? NodeOf(same.First()) : new JsonArray([.. same.Select(NodeOf)]))));

    private static JsonNode? NodeOf(Claim claim) => claim.ValueType switch
    {
        ClaimValueTypes.Integer or ClaimValueTypes.Integer32 or ClaimValueTypes.Integer64 =>
            long.Parse(claim.Value, CultureInfo.InvariantCulture),
        ClaimValueTypes.Boolean => bool.Parse(claim.Value),
        ClaimValueTypes.String => claim.Value,
        _ => JsonNode.Parse(claim.Value),
    };
}

/// <summary>What the gate says of somebody, and what would be told of them.</summary>
/// <param name="Subject">Of the person, as the console names them.</param>
/// <param name="Verdict">What would happen if they signed in now.</param>
/// <param name="Tokens">What they would hold if the sign-in succeeded; null if none can.</param>
internal sealed record TokenPreview(string Subject, GateVerdict Verdict, PreviewedTokens? Tokens);

/// <summary>What would be told, as JSON that nobody signed.</summary>
/// <param name="Scopes">Those that the person lets the application have, of what was asked for.</param>
/// <param name="IdToken">Null without openid.</param>
/// <param name="UserInfo">Null without openid.</param>
internal sealed record PreviewedTokens(string Scopes, string? IdToken, string AccessToken, string? UserInfo);
