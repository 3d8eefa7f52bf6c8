using System.Text.Json;

namespace Sso.Protocol.Authorization;

/// <summary>
/// The parameter <c>claims</c> (OIDC Core §5.5): individual claims for userinfo and for the ID token. Whether a claim about the person is
/// essential makes no difference: it is given if it is known and allowed, and its absence is no error (§5.5.1). Unknown claims are ignored.
/// </summary>
public sealed record RequestedClaims
{
    public static readonly RequestedClaims None = new();

    private static readonly JsonDocumentOptions Shallow = new() { MaxDepth = 8 };

    /// <summary>The scope that would bring a claim.</summary>
    private static readonly FrozenDictionary<string, string> ScopeOf = Scopes.Claims
        .SelectMany(scope => scope.Value, (scope, claim) => KeyValuePair.Create(claim, scope.Key))
        .ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Names of <see cref="Scopes.Claims"/>.</summary>
    public FrozenSet<string> UserInfo { get; private init; } = [];

    /// <summary>Likewise.</summary>
    public FrozenSet<string> IdToken { get; private init; } = [];

    /// <summary>One of these must be the person who signs in; null if anybody may.</summary>
    public FrozenSet<string>? Subjects { get; private init; }

    public bool AllowSubject(string subject) => Subjects?.Contains(subject) != false;

    /// <summary>The values of <c>acr</c>, in order of preference.</summary>
    public ImmutableArray<string> AcrValues { get; private init; } = [];

    /// <summary>One of <see cref="AcrValues"/> must be reached, otherwise the sign-in has failed (OIDC Core §5.5.1.1).</summary>
    public bool IsAcrEssential { get; private init; }

    public static Result<RequestedClaims, OAuthError> Parse(string? value)
    {
        if (value is null)
        {
            return None;
        }

        try
        {
            using var document = JsonDocument.Parse(value, Shallow);
            return Read(document.RootElement) is { } claims ? claims : OAuthError.ClaimsUnreadable;
        }
        catch (JsonException)
        {
            return OAuthError.ClaimsUnreadable;
        }
    }

    /// <summary>What the registration covers: a client may ask for an individual claim if it may ask for its scope.</summary>
    public RequestedClaims CoveredBy(Client client)
    {
        bool Covers(string claim) => client.Scopes.Contains(ScopeOf[claim]);
        return UserInfo.Count + IdToken.Count == 0
            ? this
            : this with { UserInfo = [.. UserInfo.Where(Covers)], IdToken = [.. IdToken.Where(Covers)] };
    }

    /// <summary>The claims that none of the scopes brings, and that therefore have to be allowed one by one.</summary>
    public IEnumerable<string> Beyond(FrozenSet<string> scopes) => UserInfo.Union(IdToken).Where(claim => !scopes.Contains(ScopeOf[claim]));

    private static RequestedClaims? Read(JsonElement root)
    {
        if (Member(root, "userinfo") is not { } userInfo || Member(root, "id_token") is not { } idToken)
        {
            return null;
        }

        var acr = idToken.GetValueOrDefault("acr");
        var subjects =
            new[] { Values(userInfo.GetValueOrDefault("sub")), Values(idToken.GetValueOrDefault("sub")) }.OfType<ImmutableArray<string>>()
            .ToList();
        return new()
        {
            UserInfo = [.. userInfo.Keys.Where(ScopeOf.ContainsKey)],
            IdToken = [.. idToken.Keys.Where(ScopeOf.ContainsKey)],
            Subjects = subjects.Count == 0
                ? null
                : subjects[0].Intersect(subjects[^1], StringComparer.Ordinal).ToFrozenSet(StringComparer.Ordinal),
            AcrValues = Values(acr) ?? [],
            IsAcrEssential = Values(acr) is not null && acr.TryGetProperty("essential", out var essential)
                && essential.ValueKind == JsonValueKind.True,
        };
    }

    /// <summary>Copied out of the document; empty if the member is absent, null if it is not an object of objects and nulls.</summary>
    private static Dictionary<string, JsonElement>? Member(JsonElement root, string name)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (!root.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return member.ValueKind == JsonValueKind.Object
            && member.EnumerateObject().All(claim => claim.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Null)
            ? member.EnumerateObject().DistinctBy(claim => claim.Name)
            .ToDictionary(claim => claim.Name, claim => claim.Value.Clone(), StringComparer.Ordinal)
            : null;
    }

    /// <summary>The strings of <c>value</c> or <c>values</c> (OIDC Core §5.5.1); null if there is neither.</summary>
    private static ImmutableArray<string>? Values(JsonElement request)
    {
        if (request.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (request.TryGetProperty("value", out var one))
        {
            return Strings([one]);
        }

        return request.TryGetProperty("values", out var many) && many.ValueKind == JsonValueKind.Array
            ? Strings(many.EnumerateArray())
            : null;
    }

    private static ImmutableArray<string> Strings(IEnumerable<JsonElement> values) =>
        [.. values.Where(value => value.ValueKind == JsonValueKind.String).Select(value => value.GetString()!)];
}
