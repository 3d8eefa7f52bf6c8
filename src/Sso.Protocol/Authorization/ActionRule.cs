namespace Sso.Protocol.Authorization;

/// <summary>What a named action demands of the sign-in behind a token (RFC 9470 §3): how it was proved, and at most how long ago.</summary>
/// <param name="Name">Such as <c>domain.transfer</c>; applications and APIs use this name.</param>
/// <param name="Acr">One of <see cref="Authentication.AcrValues"/>, or null.</param>
/// <param name="MaxAge">Null means of any age.</param>
/// <param name="Scopes">Scopes whose claims userinfo gives only to a token that meets the rule; empty if only others enforce it.</param>
public sealed record ActionRule(string Name, string? Acr, TimeSpan? MaxAge, FrozenSet<string> Scopes)
{
    /// <summary>Judged by what a token says of its sign-in; a token without a person meets nothing.</summary>
    public bool IsMetBy(string? acr, DateTimeOffset? authenticatedAt, DateTimeOffset now) =>
        (Acr is null || (acr is not null && Authentication.AcrValues.IndexOf(acr) >= Authentication.AcrValues.IndexOf(Acr)))
        && (MaxAge is not { } age || now - authenticatedAt <= age);
}
