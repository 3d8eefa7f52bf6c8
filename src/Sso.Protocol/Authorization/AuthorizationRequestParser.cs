using System.Buffers.Text;
using OpenIddict.Abstractions;
using Sso.Protocol.Pkce;

namespace Sso.Protocol.Authorization;

/// <summary>Checks an authorization request (RFC 6749 §4.1.1, OIDC Core §3.1.2.2), first whether it is safe to answer the client.</summary>
/// <param name="findClient">The registration for a client_id; null if there is none.</param>
/// <param name="findResource">The registration for a resource indicator (RFC 8707 §2); null if there is none.</param>
/// <param name="subjectOfHint">The subject of an ID token of ours, expired or not (OIDC Core §3.1.2.1); null if it is none.</param>
/// <param name="findType">The description of a type of authorization_details (RFC 9396 §2); null if there is none.</param>
public sealed class AuthorizationRequestParser(
    Func<string, Client?> findClient, Func<string, Resource?> findResource, Func<string, string?> subjectOfHint,
    Func<string, AuthorizationDetailType?> findType)
{
    private static readonly FrozenDictionary<string, Prompt> Prompts = new Dictionary<string, Prompt>
    {
        ["none"] = Prompt.None,
        ["login"] = Prompt.Login,
        ["consent"] = Prompt.Consent,
        ["select_account"] = Prompt.SelectAccount,
    }.ToFrozenDictionary();

    public Result<AuthorizationRequest, AuthorizationFailure> Parse(
        OpenIddictRequest parameters, Guid flowId, DateTimeOffset receivedAt)
    {
        if (parameters.Text("client_id") is not { } clientId || findClient(clientId) is not { } client)
        {
            return new AuthorizationFailure.ShownToUser(AuthorizationPageError.UnknownClient);
        }

        if (VerifiedRedirectUri.Match(client, parameters.Text("redirect_uri")) is not { } redirectUri)
        {
            return new AuthorizationFailure.ShownToUser(
                client.IsDraft ? AuthorizationPageError.DraftClient : AuthorizationPageError.WrongRedirectUri,
                RedirectUriMismatch.Of(client, parameters.Text("redirect_uri")));
        }

        var mode = ResponseModes.Of(parameters.Text("response_type"), parameters.Text("response_mode"));
        return Check(parameters, client, redirectUri, mode, flowId, receivedAt).Failed(out var error, out var request)
            ? new AuthorizationFailure.SentToClient(
                new(client, redirectUri, mode, parameters.StateToReturn), error, RefusedValue.Of(error, parameters))
            : request;
    }

    private Result<AuthorizationRequest, OAuthError> Check(
        OpenIddictRequest parameters, Client client, VerifiedRedirectUri redirectUri,
        string mode, Guid flowId, DateTimeOffset receivedAt)
    {
        // RFC 6749 §4.1.2.1: the client is told of a parameter that was sent more than once.
        var error = parameters.Flaw;
        if (error is not null
            || ReadResponseType(parameters, client).Failed(out error, out var responseType)
            || (error = Refused(parameters, client, responseType)) is not null
            || Challenge(parameters, client, responseType).Failed(out error, out var challenge)
            || ReadScopes(parameters.Text("scope"), client, responseType).Failed(out error, out var scopes)
            || (error = ResourceRules.Refuse(client, parameters.NamedResources, findResource)) is not null
            || ReadPrompt(parameters.Text("prompt")).Failed(out error, out var prompt)
            || SignInDemands.Read(parameters, Authentication.AcrValues).Failed(out error, out var demands)
            || (error = AuthorizationDetails.Read(parameters.Text("authorization_details"), client, findType, out var details)) is not null)
        {
            return error;
        }

        var hintedSubject = parameters.Text("id_token_hint") is { } hint ? subjectOfHint(hint) : null;
        if (parameters.Text("id_token_hint") is not null && hintedSubject is null)
        {
            return OAuthError.HintForeign;
        }

        return new AuthorizationRequest
        {
            FlowId = flowId,
            ReceivedAt = receivedAt,
            Client = client,
            RedirectUri = redirectUri,
            Scopes = scopes,
            Resources = parameters.NamedResources,
            ResponseType = responseType,
            ResponseMode = mode,
            State = parameters.Text("state"),
            Nonce = parameters.Text("nonce"),
            CodeChallenge = challenge,
            DpopKey = parameters.Text("dpop_jkt"),
            Prompt = prompt,
            MaxAge = demands.MaxAge,
            LoginHint = parameters.Text("login_hint"),
            HintedSubject = hintedSubject,
            UiLocales = Words(parameters.Text("ui_locales")),
            Details = details,
            Claims = demands.Claims.CoveredBy(client),
            AcrValues = demands.AcrValues,
            Parameters = parameters,
        };
    }

    private static Result<ResponseType, OAuthError> ReadResponseType(OpenIddictRequest parameters, Client client) =>
        parameters.Text("response_type") switch
        {
            null => OAuthError.ParameterMissing("response_type"),
            var value when ResponseTypes.Parse(value) is { } type
                && (client.AllowsIdTokenResponses || !type.HasFlag(ResponseType.IdToken)) => type,
            _ => OAuthError.UnsupportedResponseType,
        };

    private static OAuthError? Refused(OpenIddictRequest parameters, Client client, ResponseType type) => type switch
    {
        _ when type.HasFlag(ResponseType.Code) && !client.GrantTypes.Contains(GrantTypes.AuthorizationCode) =>
            OAuthError.UnauthorizedResponseType,
        _ when ResponseModes.Refuse(parameters.Text("response_type"), parameters.Text("response_mode")) is { } refused => refused,
        // OIDC Core §3.2.2.1, §3.3.2.1: the nonce ties the token to the request.
        _ when type.HasFlag(ResponseType.IdToken) && parameters.Text("nonce") is null => OAuthError.NonceMissing,
        _ when parameters.Text("request") is not null => OAuthError.RequestNotSupported,
        _ when parameters.Text("request_uri") is not null => OAuthError.RequestUriNotSupported,
        _ when parameters.Text("dpop_jkt") is { } key && (key.Length != 43 || !Base64Url.IsValid(key)) => OAuthError.DpopKeyFormat,
        _ when parameters.Text("registration") is not null => OAuthError.RegistrationNotSupported,
        _ => null,
    };

    /// <summary>RFC 9700 §2.1.1: S256 for everyone; a challenge that is sent must be valid even if it is not required.</summary>
    private static Result<CodeChallenge?, OAuthError> Challenge(OpenIddictRequest parameters, Client client, ResponseType type) =>
        (parameters.Text("code_challenge"), parameters.Text("code_challenge_method")) switch
        {
            // Without a code there is nothing to redeem.
            (null, null) when type == ResponseType.IdToken || (!client.RequirePkce && !client.IsPublic) => (CodeChallenge?)null,
            (null, _) => OAuthError.ChallengeMissing,
            (_, not "S256") => OAuthError.ChallengeMethod,
            var (value, _) when CodeChallenge.Parse(value) is { } challenge => challenge,
            _ => OAuthError.ChallengeFormat,
        };

    private static Result<FrozenSet<string>, OAuthError> ReadScopes(string? value, Client client, ResponseType type)
    {
        if (ScopeRules.Read(value, client, leadsToTokens: type.HasFlag(ResponseType.Code)).Failed(out var error, out var scopes))
        {
            return error;
        }

        // A FAPI client may use plain OAuth: it has a code of its own and nothing that comes back through the browser.
        return scopes.Contains(Scopes.OpenId) || (client.IsFapi && scopes.Count > 0) ? scopes : OAuthError.OpenIdMissing;
    }

    private static Result<Prompt, OAuthError> ReadPrompt(string? value)
    {
        var prompt = Prompt.Unspecified;
        foreach (var word in Words(value))
        {
            if (!Prompts.TryGetValue(word, out var flag))
            {
                return OAuthError.PromptUnknown;
            }

            prompt |= flag;
        }

        return prompt.HasFlag(Prompt.None) && prompt != Prompt.None ? OAuthError.PromptNoneAlone : prompt;
    }

    private static ImmutableArray<string> Words(string? value) => [.. value?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? []];
}
