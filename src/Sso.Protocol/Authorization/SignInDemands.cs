using System.Globalization;
using OpenIddict.Abstractions;

namespace Sso.Protocol.Authorization;

/// <summary>How fresh and strong a sign-in must be, and whose (OIDC Core §3.1.2.1, §5.5.1.1); and individual claims (§5.5).</summary>
public sealed record SignInDemands
{
    private SignInDemands() { }

    public TimeSpan? MaxAge { get; private init; }

    /// <summary>In order of preference, including those of the parameter <c>claims</c>.</summary>
    public required ImmutableArray<string> AcrValues { get; init; }

    public required RequestedClaims Claims { get; init; }

    /// <param name="reachable"> The values of <c>acr</c> that a sign-in can have. An essential one that nobody can reach is a failed
    /// sign-in; without essential it is just another wish (OIDC Core §5.5.1.1).
    /// </param>
    public static Result<SignInDemands, OAuthError> Read(OpenIddictRequest parameters, IReadOnlyCollection<string> reachable)
    {
        var age = parameters.Text("max_age");
        if (!int.TryParse(age ?? "0", NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return OAuthError.MaxAgeFormat;
        }

        if (RequestedClaims.Parse(parameters.Text("claims")).Failed(out var error, out var claims))
        {
            return error;
        }

        return claims.IsAcrEssential && !claims.AcrValues.Any(reachable.Contains)
            ? OAuthError.UnmetAuthenticationRequirements
            : new SignInDemands
            {
                MaxAge = age is null ? null : TimeSpan.FromSeconds(seconds),
                AcrValues = claims.IsAcrEssential
                    ? claims.AcrValues
                    : [.. parameters.Text("acr_values")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [], .. claims.AcrValues],
                Claims = claims,
            };
    }

    /// <summary>Null if a sign-in meets them. A wished level is no demand, and every sign-in is older than <c>max_age=0</c>.</summary>
    /// <param name="subject">As the client knows the person.</param>
    public OAuthError? Unmet(string subject, DateTimeOffset? authenticatedAt, string? acr, DateTimeOffset now) =>
        !Claims.AllowSubject(subject) ? OAuthError.WrongUser
        : (MaxAge is not { } age || now - authenticatedAt <= age + SignedClaims.Leeway)
            && (!Claims.IsAcrEssential || (acr is not null && AcrValues.Contains(acr))) ? null
        : OAuthError.UnmetAuthenticationRequirements;
}
