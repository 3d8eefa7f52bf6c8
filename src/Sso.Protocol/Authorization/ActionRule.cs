using System.Collections.Frozen;

namespace Sso.Protocol.Authorization;

/// <summary>What a named action demands of the sign-in behind a token (RFC 9470 §3): how it was proved, and how long ago at most.</summary>
/// <param name="Name">Such as <c>domain.transfer</c>; applications and APIs speak of it by this name.</param>
/// <param name="Acr">One of <see cref="Authentication.AcrValues"/>, or null.</param>
/// <param name="MaxAge">Null: of any age.</param>
/// <param name="Scopes">Scopes whose claims userinfo tells only to a token that meets the rule; empty where only others enforce it.</param>
public sealed record ActionRule(string Name, string? Acr, TimeSpan? MaxAge, FrozenSet<string> Scopes)
{
    /// <summary>Of what a token says of its sign-in; a token of no person meets nothing.</summary>
    public bool IsMetBy(string? acr, DateTimeOffset? authenticatedAt, DateTimeOffset now) =>
        (Acr is null || (acr is not null && Authentication.AcrValues.IndexOf(acr) >= Authentication.AcrValues.IndexOf(Acr)))
        && (MaxAge is not { } age || now - authenticatedAt <= age);
}
