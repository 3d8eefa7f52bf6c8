using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Sso.Extensions.PairwiseSubjects;

/// <summary>
/// Pairwise subjects (OIDC Core §8) for clients that have a sector: in whatever they can read: access and ID tokens, userinfo and
/// introspection. Codes, refresh tokens and OpenIddict's rows keep the subject by which the host knows the person. The host implements
/// <see cref="IClientSource"/>.
/// </summary>
public static class PairwiseSubjectsExtension
{
    public static OpenIddictServerBuilder AddPairwiseSubjects(this OpenIddictServerBuilder server) => server
        .Configure(options => options.SubjectTypes.Add(SubjectTypes.Pairwise))
        .Handle<GenerateTokenContext, NameForSector>(OpenIddictServerHandlers.Protection.AttachTokenSubject.Descriptor.Order + 500)
        .Handle<HandleIntrospectionRequestContext, IntrospectForSector>(
            OpenIddictServerHandlers.Introspection.AttachMetadataClaims.Descriptor.Order + 500);

    /// <summary>The sub of a person for this client, with which a host compares an id_token_hint.</summary>
    /// <param name="subject">By which the host knows the person.</param>
    public static string SubjectFor(this Client client, string subject) =>
        client is { Sector: not null, SectorKey: { } key } && subject != client.Id ? PairwiseSubject.Of(key, subject) : subject;
}

/// <summary>Applied to what is written, once the token has its row: userinfo and introspection give what they find there.</summary>
internal sealed class NameForSector(IClientSource clients) : IOpenIddictServerHandler<GenerateTokenContext>
{
    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType is TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken
            && context.Principal.GetClaim(Claims.Subject) is { } subject
            && await clients.FindAsync(context.ClientId!, context.CancellationToken) is { } client)
        {
            context.SecurityTokenDescriptor.Subject.SetClaim(Claims.Subject, client.SubjectFor(subject));
        }
    }
}

/// <summary>A refresh token, which only its client may introspect, holds the host's subject.</summary>
internal sealed class IntrospectForSector(IClientSource clients) : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        if (context.GenericTokenPrincipal.HasTokenType(TokenTypeIdentifiers.RefreshToken)
            && context.Subject is { } subject
            && await clients.FindAsync(context.Request!.ClientId!, context.CancellationToken) is { } client)
        {
            context.Subject = client.SubjectFor(subject);
        }
    }
}
