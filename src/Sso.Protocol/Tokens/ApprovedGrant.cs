using Sso.Protocol.Authorization;

namespace Sso.Protocol.Tokens;

/// <summary>What tokens may be issued for; a person's by a decision of <see cref="InteractionPolicy"/>, now or earlier.</summary>
public sealed record ApprovedGrant
{
    private ApprovedGrant() { }

    public required Client Client { get; init; }

    /// <summary>Null if there is no row: for the client credentials grant, and before a code is redeemed.</summary>
    public Guid? GrantId { get; private init; }

    /// <summary>The subject of the access token: the person, or the client itself (RFC 9068 §2.2).</summary>
    public required string Subject { get; init; }

    public required FrozenSet<string> Scopes { get; init; }

    /// <summary>The resources that this token request names (RFC 8707 §2.2); empty for all that the grant reaches.</summary>
    public ImmutableArray<string> Resources { get; private init; } = [];

    public Authentication? Authentication { get; private init; }

    public Guid? SessionId { get; private init; }

    public string? Nonce { get; private init; }

    /// <summary>Who acts for the subject (RFC 8693 §4.1).</summary>
    public Actor Actor { get; private init; } = Actor.None;

    /// <summary>The end of the token that was exchanged: nothing that comes of it lives longer.</summary>
    public DateTimeOffset? NotAfter { get; private init; }

    /// <summary>The JSON array of RFC 9396 §2.</summary>
    public string? AuthorizationDetails { get; private init; }

    /// <param name="grantId">Null if only a code is issued, which names its grant by itself.</param>
    public static ApprovedGrant ForPerson(
        NextStep.Issue decision, AuthorizationRequest request, SignInState state, Guid? grantId, ImmutableArray<string> resources) => new()
        {
            Client = request.Client,
            GrantId = grantId,
            Subject = request.Client.SubjectOf(state.PersonId),
            Scopes = request.Scopes,
            Resources = resources,
            Authentication = decision.Authentication,
            SessionId = state.SessionId,
            Nonce = request.Nonce,
            AuthorizationDetails = request.Details?.Json,
        };

    /// <summary>RFC 6749 §6: the scope may shrink but never grow. Null if what was proved then does not meet today's policy.</summary>
    public static ApprovedGrant? ForPerson(LoadedGrant loaded, Client client, FrozenSet<string> scopes, ImmutableArray<string> resources) =>
        loaded.ClientId == client.Id
        && scopes.IsSubsetOf(loaded.Scopes)
        && scopes.IsSubsetOf(client.Scopes)
        && InteractionPolicy.StillSatisfies(client, loaded.Authentication.Amr)
            ? new()
            {
                Client = client,
                GrantId = loaded.GrantId,
                Subject = client.SubjectOf(loaded.PersonId),
                Scopes = scopes,
                Resources = resources,
                Authentication = loaded.Authentication,
                SessionId = loaded.SessionId,
                AuthorizationDetails = loaded.AuthorizationDetails,
            }
            : null;

    /// <summary>RFC 8693: the access of an earlier token, narrowed, for the client that got it; it ends with the same grant.</summary>
    /// <param name="loaded">The grant behind the earlier token; null for a token of the client credentials grant.</param>
    public static ApprovedGrant Exchanged(
        Client client, LoadedGrant? loaded, string subject, FrozenSet<string> scopes,
        ImmutableArray<string> resources, Actor actor, DateTimeOffset notAfter) => new()
        {
            Client = client,
            GrantId = loaded?.GrantId,
            Subject = subject,
            Scopes = scopes,
            Resources = resources,
            Authentication = loaded?.Authentication,
            Actor = actor,
            NotAfter = notAfter,
        };

    /// <summary>RFC 6749 §4.4: no person is involved.</summary>
    public static ApprovedGrant ForClient(Client client, FrozenSet<string> scopes, ImmutableArray<string> resources) =>
        new() { Client = client, Subject = client.Id, Scopes = scopes, Resources = resources };
}

/// <summary>A live grant as read from its row; made by the data layer once it has checked that grant and person are in force.</summary>
public sealed record LoadedGrant(
    Guid GrantId, string ClientId, Guid PersonId, FrozenSet<string> Scopes, ImmutableArray<string> Resources,
    Authentication Authentication, Guid? SessionId, string? AuthorizationDetails)
{
    /// <summary>RFC 8707 §2.2: a token request may name some of the resources that were granted. Null if it names another.</summary>
    public ImmutableArray<string>? Narrow(ImmutableArray<string> wanted) => Narrow(Resources, wanted);

    public static ImmutableArray<string>? Narrow(ImmutableArray<string> granted, ImmutableArray<string> wanted) =>
        wanted.IsEmpty ? granted : wanted.All(granted.Contains) ? wanted : null;
}
