using System.Collections.Frozen;
using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Admin.Clients;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;

namespace Sso.Admin.Diagnosis;

/// <summary>What failed lately between an application and its registration, and the exact field to mend.</summary>
public sealed class DiagnoseClient(SsoDbContext database, ListRefusals refusals, UnknownHosts hosts, TimeProvider clock)
{
    /// <summary>By the reason that is recorded: an id of errors, or a sentence for the record alone.</summary>
    private static readonly FrozenDictionary<string, ClientMistake> Reasons = new Dictionary<string, ClientMistake>
    {
        [RefusalReasons.IsOff] = ClientMistake.Disabled,
        [RefusalReasons.PostLogout] = ClientMistake.PostLogoutUri,
        [OAuthError.InvalidScope("").Id] = ClientMistake.UnknownScope,
        [OAuthError.OpenIdMissing.Id] = ClientMistake.OpenIdMissing,
        [OAuthError.UnsupportedResponseType.Id] = ClientMistake.ResponseType,
        [OAuthError.UnauthorizedResponseType.Id] = ClientMistake.ResponseType,
        [OAuthError.ChallengeMissing.Id] = ClientMistake.ChallengeMissing,
        [OAuthError.ChallengeMethod.Id] = ClientMistake.ChallengePlain,
        [OAuthError.MustBePushed.Id] = ClientMistake.MustBePushed,
        [OAuthError.MustBeSigned.Id] = ClientMistake.MustBeSigned,
        [OAuthError.UnmetAuthenticationRequirements.Id] = ClientMistake.AcrNotOffered,
        [OAuthError.UnsupportedGrantType.Id] = ClientMistake.GrantType,
        [OAuthError.UnauthorizedGrantType.Id] = ClientMistake.GrantType,
        ["wrong secret"] = ClientMistake.WrongSecret,
        ["expired secret"] = ClientMistake.ExpiredSecret,
        ["another method than the registered one"] = ClientMistake.WrongMethod,
        ["aud is not the issuer of this server, as one string"] = ClientMistake.AssertionAudience,
        ["aud is not the issuer of this server or the endpoint that is called, and nothing else"] = ClientMistake.AssertionAudience,
        ["it has expired"] = ClientMistake.AssertionExpired,
        ["iat or nbf lies ahead"] = ClientMistake.AssertionFromTheFuture,
        ["its jti was used before"] = ClientMistake.AssertionReused,
        ["the keys of the client cannot be fetched from its jwks_uri"] = ClientMistake.KeysUnreachable,
        ["no key of the client has the kid of the signature"] = ClientMistake.KeyUnknown,
        ["no key of the client made the signature"] = ClientMistake.WrongSignature,
        ["no signed JWT, or by an algorithm that is not accepted"] = ClientMistake.WrongSignature,
        ["the secret of the client did not make the signature, or by an algorithm that is not accepted"] = ClientMistake.WrongSignature,
        ["used before"] = ClientMistake.CodeReused,
        ["not a code of ours, or past its life"] = ClientMistake.CodeExpired,
        ["another redirect_uri than in the authorization request"] = ClientMistake.RedirectUriAtToken,
        ["a code_verifier without a code_challenge"] = ClientMistake.Verifier,
        ["the code_verifier does not answer the code_challenge"] = ClientMistake.Verifier,
    }.ToFrozenDictionary();

    /// <summary>By an id of errors about one parameter, which is recorded with its name.</summary>
    private static readonly FrozenDictionary<string, ClientMistake> Named = new Dictionary<string, ClientMistake>
    {
        [OAuthError.ParameterTwice("").Id] = ClientMistake.ParameterTwice,
        [OAuthError.ParameterMissing("").Id] = ClientMistake.ParameterMissing,
        [OAuthError.ParameterUnreadable("").Id] = ClientMistake.ParameterUnreadable,
        [OAuthError.MethodNotTaken("", "").Id] = ClientMistake.HttpMethod,
    }.ToFrozenDictionary();

    /// <param name="clientId">The application.</param>
    /// <param name="back">How far back refusals are looked at.</param>
    /// <param name="seesOthers">Whether to say that an address is that of another application: not to whoever may not know of it.</param>
    /// <param name="cancellation">Stops reading.</param>
    /// <returns>The newest first, after what the registration shows by itself; or that there is no such application.</returns>
    public async Task<Result<ClientDiagnoses, Refusal>> ExecuteAsync(
        string clientId, TimeSpan back, bool seesOthers, CancellationToken cancellation)
    {
        if (await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } client)
        {
            return ShowClient.NotFound(clientId);
        }

        // The resolver is asked while the database is.
        var unknown = hosts.FindAsync(client, cancellation);
        var made = await refusals.ExecuteAsync(clientId, back, cancellation);
        var others = seesOthers && made.Any(item => item.Kind == SecurityEventKind.RedirectUriRefused)
            ? (await database.Clients.AsNoTracking().Where(other => other.Id != clientId).Select(other => other.RedirectUris)
                .ToListAsync(cancellation)).SelectMany(uris => uris).ToList()
            : [];
        return new ClientDiagnoses(
            ClientView.Of(client),
            [
                .. OfRegistration(client).Select(mistake => Describe(client, mistake, null, 0)),
                .. (await unknown).Select(host => Describe(client, host)),
                .. made.Select(item => (Mistake: MistakeOf(client, item, others), Item: item))
                    .Where(pair => !IsMended(client, pair.Mistake, pair.Item))
                    .GroupBy(pair => (pair.Mistake, Sent(pair.Item), SubjectOf(pair.Item)))
                    .Select(same => Describe(client, same.Key.Mistake, same.First().Item, same.Count())),
            ]);
    }

    private IEnumerable<ClientMistake> OfRegistration(ClientRegistration client)
    {
        if (client.DisabledAt is not null)
        {
            yield return ClientMistake.Disabled;
        }

        if (client.IsDraft)
        {
            yield return ClientMistake.Draft;
        }

        if (client.AuthenticationMethod.IsBySecret() && !client.InMemory().Secrets.Any(secret => !(secret.ExpiresAt <= clock.GetUtcNow())))
        {
            yield return ClientMistake.ExpiredSecret;
        }
    }

    private static ClientMistake MistakeOf(ClientRegistration client, RefusalView item, IReadOnlyList<string> others) => item switch
    {
        { Kind: SecurityEventKind.CodeReused } => ClientMistake.CodeReused,
        { Kind: SecurityEventKind.RefreshTokenReused } => ClientMistake.RefreshTokenReused,
        { Kind: SecurityEventKind.RedirectUriRefused, Detail: SecurityEvent.NothingSent } => ClientMistake.RedirectUriMissing,
        { Kind: SecurityEventKind.RedirectUriRefused, Detail: { } sent } => RedirectUriMistakes.Find(sent, client.RedirectUris, others),
        // A refresh token that came twice is an event of its own, and this is what the application was told.
        { Kind: SecurityEventKind.GrantRefused, Detail: not GrantTypes.AuthorizationCode, Reason: "used before" } =>
            ClientMistake.RefreshTokenReused,
        { Reason: { } reason } when Reasons.TryGetValue(reason, out var mistake) => mistake,
        { Reason: { } reason } when Named.TryGetValue(reason.Split(' ')[0], out var mistake) => mistake,
        { Reason: { } reason } when reason.StartsWith("exp lies more than", StringComparison.Ordinal) => ClientMistake.AssertionTooLong,
        _ => ClientMistake.Other,
    };

    /// <summary>What was refused and would no longer be: the registration was changed since.</summary>
    private static bool IsMended(ClientRegistration client, ClientMistake mistake, RefusalView item) => mistake switch
    {
        ClientMistake.Draft or ClientMistake.Disabled => true,
        ClientMistake.ExpiredSecret => false,
        ClientMistake.UnknownScope => item.Detail?.Split(' ').All(scope => client.Scopes.Contains(scope)) == true,
        ClientMistake.PostLogoutUri => item.Detail is { } sent && client.PostLogoutRedirectUris.Contains(RedirectUriMistakes.WholeOf(sent)),
        ClientMistake.MustBePushed => !client.RequiresPushedRequests,
        ClientMistake.MustBeSigned => !client.RequiresSignedRequests,
        _ => item is { Kind: SecurityEventKind.RedirectUriRefused, Detail: { } sent }
            && client.RedirectUris.Contains(RedirectUriMistakes.WholeOf(sent)),
    };

    /// <summary>Refusals of one kind that are about different values are different mistakes.</summary>
    private static string? Sent(RefusalView item) =>
        item.Kind is SecurityEventKind.RedirectUriRefused or SecurityEventKind.RequestRefused ? item.Detail : null;

    /// <summary>
    /// What an error of <see cref="Named"/> is about: behind its id, or, of a request through a browser, in the place of a value.
    /// </summary>
    private static string? SubjectOf(RefusalView? item) =>
        item?.Reason?.Split(' ', 2) is [var id, ..] parts && Named.ContainsKey(id) ? parts.ElementAtOrDefault(1) ?? item.Detail : null;

    private static DiagnosedMistake Describe(ClientRegistration client, ClientMistake mistake, RefusalView? item, int count)
    {
        var cure = CureOf(client, mistake, item);
        var isOfParameter = SubjectOf(item) is not null && mistake != ClientMistake.HttpMethod;
        var received = item is { Detail: not SecurityEvent.NothingSent } && !isOfParameter ? Sent(item) : null;
        return new(mistake, item?.At, count, cure.Field, cure.IsOurs, received, cure.Registered, cure.Command);
    }

    /// <summary>A list is written anew as a whole, so no command is ready for one of several.</summary>
    private static DiagnosedMistake Describe(ClientRegistration client, UnknownHost host) => new(
        ClientMistake.UnknownHost, null, 0, host.Field, IsOurs: true, Received: null, host.Address,
        host.IsOneOfSeveral ? null : $"{Set(client)} --{host.Field} https://…");

    private static Cure CureOf(ClientRegistration client, ClientMistake mistake, RefusalView? item) => mistake switch
    {
        ClientMistake.Draft => new("redirect-uri", true, null, $"{Set(client)} --redirect-uri https://…"),
        ClientMistake.Disabled => new("disabled", true, null, $"sso client enable {Quoted(client.Id)}"),
        ClientMistake.ExpiredSecret or ClientMistake.WrongSecret =>
            new("client_secret", false, null, $"sso client secret add {Quoted(client.Id)}"),
        ClientMistake.RedirectUriMissing => new("redirect_uri", false, string.Join(' ', client.RedirectUris), null),
        // An address of another application, or without TLS, is not to be registered here: the application has the wrong setting.
        ClientMistake.RedirectUriAtToken or ClientMistake.RedirectUriOfAnother =>
            new("redirect_uri", false, string.Join(' ', client.RedirectUris), null),
        ClientMistake.RedirectUriScheme when item?.Detail?.StartsWith("https", StringComparison.Ordinal) != true =>
            new("redirect_uri", false, string.Join(' ', client.RedirectUris), null),
        ClientMistake.RedirectUriSlash or ClientMistake.RedirectUriCase or ClientMistake.RedirectUriScheme => Added(client, item),
        // Whoever asks may be anybody: what they want is shown, and no command is ready that gives it to them.
        ClientMistake.PostLogoutUri => new("post-logout-redirect-uri", true, Listed(client.PostLogoutRedirectUris), null),
        >= ClientMistake.RedirectUriSlash and <= ClientMistake.RedirectUriOther =>
            new("redirect-uri", true, Listed(client.RedirectUris), null),
        ClientMistake.UnknownScope => new("scope", true, string.Join(' ', client.Scopes), null),
        ClientMistake.OpenIdMissing => new("scope", false, "openid", null),
        ClientMistake.ResponseType => new("response_type", false, "code", null),
        ClientMistake.ChallengeMissing => new("code_challenge", false, "S256", null),
        ClientMistake.ChallengePlain => new("code_challenge_method", false, "S256", null),
        ClientMistake.Verifier => new("code_verifier", false, null, null),
        ClientMistake.MustBePushed => new("require-par", true, "true", null),
        ClientMistake.MustBeSigned => new("require-signed-requests", true, "true", null),
        ClientMistake.AcrNotOffered => new(
            "acr_values", false, string.Join(' ', Authentication.AcrValues), $"{Set(client)} --second-factor required"),
        ClientMistake.WrongMethod => new(
            "auth", true, client.AuthenticationMethod.Name(), $"{Set(client)} --auth METHOD"),
        ClientMistake.AssertionAudience => new("aud", false, "issuer", null),
        ClientMistake.AssertionExpired or ClientMistake.AssertionTooLong => new("exp", false, null, null),
        ClientMistake.AssertionFromTheFuture => new("iat", false, null, null),
        ClientMistake.AssertionReused => new("jti", false, null, null),
        ClientMistake.KeysUnreachable => new("jwks-uri", true, client.JwksUri, $"{Set(client)} --jwks-uri https://…"),
        ClientMistake.KeyUnknown or ClientMistake.WrongSignature => client.JwksUri is null
            ? new("jwks", true, Keys(client), $"{Set(client)} --jwks keys.json")
            : new("jwks-uri", true, client.JwksUri, null),
        ClientMistake.CodeReused or ClientMistake.CodeExpired => new("code", false, null, null),
        ClientMistake.RefreshTokenReused => new("refresh_token", false, null, null),
        ClientMistake.GrantType => new("grant_type", false, string.Join(' ', client.GrantTypes), null),
        ClientMistake.HttpMethod => new("method", false, SubjectOf(item), null),
        ClientMistake.ParameterTwice or ClientMistake.ParameterMissing or ClientMistake.ParameterUnreadable =>
            new(SubjectOf(item) ?? "", false, null, null),
        _ => new(item?.Reason ?? item?.Kind.ToString() ?? "", false, null, null),
    };

    private static Cure Added(ClientRegistration client, RefusalView? item) => new(
        "redirect-uri", true, Listed(client.RedirectUris),
        item?.Detail is { } sent && RedirectUriMistakes.WholeOf(sent) is { } whole
            ? $"{Set(client)} --redirect-uri {string.Join(' ', client.RedirectUris.Append(whole).Select(uri => $"'{Inner(uri)}'"))}"
            : null);

    private static string? Listed(IReadOnlyList<string> registered) => registered.Count == 0 ? null : string.Join(' ', registered);

    private static string Set(ClientRegistration client) => $"sso client set {Quoted(client.Id)}";

    /// <summary>What came from outside is typed into a shell: nothing in it may count there. Usual ids stay as they are.</summary>
    private static string Quoted(string id) => id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '~')
        ? id
        : $"'{Inner(id)}'";

    private static string Inner(string value) => value.Replace("'", "'\\''", StringComparison.Ordinal);

    private static string? Keys(Client client) =>
        client.KeySet is { } keys ? string.Join(' ', keys.Keys.Select(key => key.KeyId).Where(id => !string.IsNullOrEmpty(id))) : null;

    private sealed record Cure(string Field, bool IsOurs, string? Registered, string? Command);
}

/// <summary>An application, and what is wrong with it.</summary>
public sealed record ClientDiagnoses(ClientView Client, ImmutableArray<DiagnosedMistake> Found);
