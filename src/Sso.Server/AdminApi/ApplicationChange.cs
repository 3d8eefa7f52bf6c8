using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.AdminApi;

/// <summary>
/// What a program can say of an application: what the options of <c>sso client</c> can. A member that is left out stays as it is, and null
/// takes it back to what is usual (RFC 7396).
/// </summary>
internal record ApplicationChange
{
    public string? Name { get; init; }

    public ClientAuthenticationMethod? AuthenticationMethod { get; init; }

    public ClientProfile? Profile { get; init; }

    public bool? DpopBound { get; init; }

    public bool? CertificateBound { get; init; }

    public string? TlsSubject { get; init; }

    /// <summary>The JSON of a key set, as a text.</summary>
    public string? Jwks { get; init; }

    public string? JwksUri { get; init; }

    public IReadOnlyList<string>? Scopes { get; init; }

    public IReadOnlyList<string>? RedirectUris { get; init; }

    public IReadOnlyList<string>? PostLogoutRedirectUris { get; init; }

    public IReadOnlyList<string>? Origins { get; init; }

    public bool? RequirePkce { get; init; }

    public bool? RequiresPushedRequests { get; init; }

    public SecondFactorPolicy? SecondFactor { get; init; }

    public int? GraceSignIns { get; init; }

    public bool? AcceptsTextMessages { get; init; }

    public bool? AcceptsMailCodes { get; init; }

    public bool? AcceptsTrustedDevices { get; init; }

    public bool? ConsentRequired { get; init; }

    public string? BackchannelLogoutUri { get; init; }

    public string? FrontchannelLogoutUri { get; init; }

    public bool? FrontchannelLogoutSessionRequired { get; init; }

    public string? InitiateLoginUri { get; init; }

    public string? SectorIdentifierUri { get; init; }

    public string? Brand { get; init; }

    public IReadOnlyList<string>? AuthorizationDetailTypes { get; init; }

    public IReadOnlyList<string>? RequestUris { get; init; }

    public string? RequestObjectSigningAlgorithm { get; init; }

    public bool? RequiresSignedRequests { get; init; }

    /// <summary>It may ask people through a back channel (CIBA).</summary>
    public bool? AsksByBackchannel { get; init; }

    public string? NotificationUri { get; init; }

    public IReadOnlyList<string>? ExchangeTargets { get; init; }

    public string? UserInfoSigningAlgorithm { get; init; }

    public TokenEncryption? UserInfoEncryption { get; init; }

    public TokenEncryption? IdTokenEncryption { get; init; }

    public bool? AllowsIdTokenResponses { get; init; }

    public bool? IdTokenClaims { get; init; }

    public string? AuthorizationSigningAlgorithm { get; init; }

    public string? IdTokenSigningAlgorithm { get; init; }

    public string? IntrospectionSigningAlgorithm { get; init; }

    /// <summary>What a registration begins with.</summary>
    public static Result<Client, ApiError> Read(JsonObject wanted)
    {
        if (wanted.As(AdminJson.Default.NewApplication).Failed(out var error, out var read))
        {
            return error;
        }

        var rest = new JsonObject(wanted.Where(member => member.Key is not ("client_id" or "type" or "pairwise"))
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())));
        var empty = new Client { Id = read.ClientId, Name = read.Name ?? "", Type = read.Type, Pairwise = read.Pairwise ?? false };
        return Apply(empty, rest);
    }

    /// <summary>What the registration becomes; the members of the request alone count, so null and absent are told apart.</summary>
    public static Result<Client, ApiError> Apply(Client current, JsonObject change)
    {
        if (change.As(AdminJson.Default.ApplicationChange).Failed(out var error, out var read))
        {
            return error;
        }

        var whole = JsonSerializer.SerializeToNode(current, AdminJson.Default.Client)!.AsObject();
        foreach (var (name, value) in change)
        {
            whole.Remove(name);
            if (value is not null)
            {
                whole[name] = value.DeepClone();
            }
        }

        if (!whole.ContainsKey("name"))
        {
            return ApiBody.Invalid([new("name", "It is missing.", "Every application has a name.")]);
        }

        // Not stored as such, but as a grant.
        whole.Remove("asks_by_backchannel");
        var client = whole.Deserialize(AdminJson.Default.Client)!;
        return client with
        {
            Type = current.Type,
            Pairwise = current.Pairwise,
            // Our own copy of a picture, which JSON never holds.
            Logo = current.Logo,
            AsksByBackchannel = change.ContainsKey("asks_by_backchannel") ? read.AsksByBackchannel ?? false : current.AsksByBackchannel,
        };
    }

    /// <summary>What the registration becomes when it is described as a whole, in the words with which it would be registered.</summary>
    public static Result<Client, ApiError> Replace(Client current, JsonObject wanted)
    {
        if (wanted.As(AdminJson.Default.NewApplication).Failed(out var error, out var read))
        {
            return error;
        }

        // What something is never changes.
        ImmutableArray<FieldError> flaws =
        [
            .. Other("client_id", read.ClientId == current.Id), .. Other("type", read.Type == current.Type),
            .. Other("pairwise", (read.Pairwise ?? current.Pairwise) == current.Pairwise),
        ];
        if (!flaws.IsEmpty)
        {
            return ApiBody.Invalid(flaws);
        }

        var change = new JsonObject(AdminJson.Default.ApplicationChange.Properties
            .Select(property => KeyValuePair.Create(property.Name, wanted[property.Name]?.DeepClone())));
        return Apply(current, change);
    }

    private static FieldError[] Other(string field, bool isSame) =>
        isSame ? [] : [new(field, "It is not what it was.", "Delete the application, and add another.")];

    public override string ToString() => $"a change to {Name}";
}

/// <summary>An application to register: what it is, which does not change later, and the rest.</summary>
internal sealed record NewApplication : ApplicationChange
{
    public required string ClientId { get; init; }

    public required ClientType Type { get; init; }

    public bool? Pairwise { get; init; }

    public override string ToString() => $"client {ClientId}";
}
