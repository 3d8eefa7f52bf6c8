using System.Collections.Frozen;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;

namespace Sso.Protocol.Tests;

/// <summary>A client, a request and a person to vary.</summary>
internal static class Requests
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    public static readonly Guid ThisFlow = new("11111111-1111-1111-1111-111111111111");
    public static readonly Guid EarlierFlow = new("22222222-2222-2222-2222-222222222222");
    public static readonly Guid Anna = new("33333333-3333-3333-3333-333333333333");

    /// <summary>The challenge of RFC 7636 Appendix B.</summary>
    public const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    public static Client Shop => new()
    {
        Id = "shop",
        Name = "Shop",
        AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic,
        RedirectUris = ["https://shop.example/callback"],
        GrantTypes = [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
        Scopes = [Scopes.OpenId, Scopes.Profile, Scopes.OfflineAccess],
    };

    /// <summary>A type of authorization_details.</summary>
    public static AuthorizationDetailType Payment => new(
        "payment",
        "make a payment",
        "fare un pagamento",
        new Dictionary<string, DetailField>
        {
            ["amount"] = DetailField.Parse("object!")!,
            ["to"] = DetailField.Parse("string")!,
            ["urgent"] = DetailField.Parse("boolean")!,
        }
            .ToFrozenDictionary(),
        ["initiate", "cancel"],
        ["https://bank.example"]);

    public static AuthorizationRequest Request(Client? client = null, params (string Name, string? Value)[] changes) =>
        Parse(client ?? Shop, changes).Failed(out var failure, out var request)
            ? throw new InvalidOperationException(failure.ToString())
            : request;

    public static AuthorizationFailure Failure(Client client, params (string Name, string? Value)[] changes) =>
        Parse(client, changes).Error ?? throw new InvalidOperationException("The request was accepted.");

    public static Proof Password(DateTimeOffset? at = null, Guid? flow = null) =>
        new(ProofMethod.Password, at ?? Noon, flow ?? EarlierFlow);

    public static Proof App(DateTimeOffset? at = null, Guid? flow = null) =>
        new(ProofMethod.AuthenticatorApp, at ?? Noon, flow ?? EarlierFlow);

    public static Proof Text(DateTimeOffset? at = null, Guid? flow = null) => new(ProofMethod.TextMessage, at ?? Noon, flow ?? EarlierFlow);

    public static Proof Mail(DateTimeOffset? at = null, Guid? flow = null) => new(ProofMethod.MailCode, at ?? Noon, flow ?? EarlierFlow);

    /// <summary>Anna, who has an authenticator app and saved recovery codes.</summary>
    public static SignInState State(params Proof[] proofs) => new()
    {
        SessionId = EarlierFlow,
        PersonId = Anna,
        Proofs = [.. proofs],
        EnrolledFactors = [ProofMethod.AuthenticatorApp],
        RecoveryCodesSaved = true,
    };

    private static Result<AuthorizationRequest, AuthorizationFailure> Parse(Client client, (string Name, string? Value)[] changes)
    {
        var values = new Dictionary<string, string?>
        {
            ["client_id"] = client.Id,
            ["redirect_uri"] = client.RedirectUris is [var first, ..] ? first : null,
            ["response_type"] = "code",
            ["scope"] = "openid",
            ["state"] = "s",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
        {
            values[name] = value;
        }

        var parser = new AuthorizationRequestParser(
            id => id == client.Id ? client : null, _ => null,
            hint => hint == "hint-of-anna" ? Anna.ToString("N") : null, type => type == Payment.Type ? Payment : null);
        return parser.Parse(RequestParameters.From(values).Value!, ThisFlow, Noon);
    }
}
