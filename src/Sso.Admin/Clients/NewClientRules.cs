using FluentValidation;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Settings;

namespace Sso.Admin.Clients;

/// <summary>What a registration may say (RFC 7591 §2, RFC 9700 §2).</summary>
internal sealed class NewClientRules : AbstractValidator<Client>
{
    public const int MostUris = RedirectUriRules.Most;
    public const int MostGraceSignIns = 50;

    public NewClientRules()
    {
        RuleFor(client => client.Id)
            .Matches("^[A-Za-z0-9._~-]{1,100}\\z")
            .Says("The client id must have 1 to 100 letters, digits or - . _ ~", "Choose an id such as my-shop.")
            .OverridePropertyName("ClientId");
        // A token that a client gets for itself has its id as the subject (RFC 9068 §2.2): nobody takes it for a person (RFC 9700 §4.15).
        RuleFor(client => client.Id)
            .Must(id => !Guid.TryParseExact(id, "N", out _))
            .Says("A client id of 32 hexadecimal digits could be taken for the subject of a person.", "Choose an id such as my-shop.")
            .OverridePropertyName("ClientId");
        RuleFor(client => client.Name)
            .IsOneLine(200)
            .Says("The name must have 1 to 200 characters on one line.", "Give the name that people know the application by.");
        UrisAreSound();
        OriginsAreSound();
        ScopesAreSound();
        KeysAreSound();
        RequestObjectsAreSound();
        EncryptionIsSound();
        RuleFor(client => client.AuthenticationMethod).HasNoFlaw((client, _) => AuthenticationRules.FindFlaw(client));
        RuleFor(client => client.Profile).HasNoFlaw((client, _) => FapiRules.FindFlaw(client));
        PolicyIsSound();
        Include(new LogoutRules());
        BackchannelIsSound();
    }

    private void KeysAreSound() => RuleFor(client => client.Jwks)
        .Must(jwks => jwks is null || ClientKeySet.Parse(jwks) is not null)
        .Says(
            $"The key set is not one that can be used: JSON with \"keys\", 1 to {ClientKeySet.MostKeys} public RSA keys (from 2048 "
                + "bits) or EC keys (P-256, P-384, P-521), nothing private.",
            "Export the public keys of the application as a JWK set.")
        .Null().When(client => client.JwksUri is not null, ApplyConditionTo.CurrentValidator)
        .Says("A client has its keys by value or at an address, not both (RFC 7591 §2).", "Give one of the two.");

    private void EncryptionIsSound()
    {
        RuleFor(client => client.IdTokenEncryption).HasNoFlaw(EncryptionFlaw);
        RuleFor(client => client.UserInfoEncryption).HasNoFlaw(EncryptionFlaw);
    }

    private static Flaw? EncryptionFlaw(Client client, TokenEncryption? encryption) => encryption switch
    {
        null => null,
        _ when !TokenEncryption.Algorithms.Contains(encryption.Algorithm) || !TokenEncryption.Contents.Contains(encryption.Content) =>
            new($"'{encryption.Algorithm}' with '{encryption.Content}' is not a way in which this server encrypts.",
                $"Choose {string.Join(" or ", TokenEncryption.Algorithms)}, and {string.Join(" or ", TokenEncryption.Contents)}."),
        _ when client.JwksUri is null && ClientKeySet.Parse(client.Jwks)?.ForEncryption(encryption.Algorithm) is null =>
            new(
                "What is encrypted goes to a public key of the client, and it has none for that algorithm.",
                "Give it in --jwks, or give --jwks-uri."),
        _ => null,
    };

    private void RequestObjectsAreSound()
    {
        RuleFor(client => client.RequestUris)
            .HasBetween(0, MostUris)
            .Says($"There may be at most {MostUris} addresses of request objects.", "Remove those that are not in use.")
            .Must(uris => uris.All(uri => uri.Length <= 2000 && !uri.Contains('#', StringComparison.Ordinal)))
            .Says(
                "An address of a request object is registered without its fragment and has at most 2000 characters.",
                "Leave out what stands from # on.");
        RuleForEach(client => client.AuthorizationDetailTypes)
            .Matches("^[!-~]{1,200}\\z")
            .Says(
                "A type of authorization_details has 1 to 200 printable characters without spaces.",
                "Give one that sso authorization-type list shows.");
        RuleFor(client => client.RequestObjectSigningAlgorithm)
            .IsOneOf([.. SigningAlgorithms.All]).Unless(client => client.RequestObjectSigningAlgorithm is null)
            .Says(
                $"Request objects are signed with one of {string.Join(", ", SigningAlgorithms.All)}.",
                "Leave the algorithm out to take any of them.");
        RuleFor(client => client.Jwks)
            .NotNull().When(client => client.JwksUri is null
                && (client.RequestObjectSigningAlgorithm is not null || client.RequiresSignedRequests))
            .Says("Request objects are checked with the client's public keys, and it has none.", "Give --jwks or --jwks-uri.");
    }

    private void BackchannelIsSound()
    {
        RuleFor(client => client.ExchangeTargets)
            .Empty().Unless(client => client.Type is ClientType.Web or ClientType.Machine, ApplyConditionTo.CurrentValidator)
            .Says("Only a client that keeps a secret may exchange tokens.", "Leave the targets out, or use the type web or machine.")
            .HasBetween(0, MostUris)
            .Says($"There may be at most {MostUris} targets.", "Remove those that are not in use.");
        RuleFor(client => client.AsksByBackchannel)
            .Equal(false).Unless(client => client.Type == ClientType.Web)
            .Says(
                "Only a web application that keeps a secret may ask people through a back channel (CIBA Core §4).",
                "Leave the back channel out, or use the type web.");
        RuleFor(client => client.NotificationUri)
            .Null().Unless(client => client.Type == ClientType.Web, ApplyConditionTo.CurrentValidator)
            .Says(
                "A notification address is for web applications that ask people through a back channel.",
                "Leave the address out, or use the type web.")
            .MaximumLength(2000)
            .Says("The notification address may have at most 2000 characters.", "Give a shorter one.");
    }

    private void UrisAreSound()
    {
        RuleFor(client => client.RedirectUris).HasNoFlaw((client, uris) => ListFlaw("redirect URIs", client.Type, uris));
        RuleForEach(client => client.RedirectUris).HasNoFlaw((client, uri) =>
            RedirectUriRules.FindFlaw(uri, client.Type)
                ?? (client.AllowsIdTokenResponses ? RedirectUriRules.FindImplicitFlaw(uri, client.Type) : null));
        RuleFor(client => client.PostLogoutRedirectUris)
            .HasNoFlaw((client, uris) => ListFlaw("post-logout redirect URIs", client.Type, uris));
        RuleForEach(client => client.PostLogoutRedirectUris).HasNoFlaw((client, uri) => RedirectUriRules.FindFlaw(uri, client.Type));
    }

    private void OriginsAreSound()
    {
        RuleFor(client => client.Origins)
            .Empty().Unless(client => client.Type == ClientType.Spa, ApplyConditionTo.CurrentValidator)
            .Says(
                "Origins are for single-page applications only: other clients do not call Sso from a browser.",
                "Leave the origins out, or use the type spa.")
            .HasBetween(0, MostUris)
            .Says($"There may be at most {MostUris} origins.", "Remove those that are not in use.");
        RuleForEach(client => client.Origins).HasNoFlaw((_, origin) => OriginRules.FindFlaw(origin));
    }

    private void ScopesAreSound()
    {
        RuleForEach(client => client.Scopes).HasNoFlaw((_, scope) => Scopes.Parse(scope) is { Count: 1 } && scope.Length <= 100
            ? null
            : new Flaw(
                $"'{scope}' is not a scope: 1 to 100 printable ASCII characters without space, quote and backslash.",
                "Give each scope on its own."));
        RuleFor(client => client.Scopes)
            .Must((client, scopes) => client.Type != ClientType.Machine || !scopes.Any(Scopes.Identity.Contains))
            .Says(
                "A machine signs in no person, so it cannot have openid, profile and the like.",
                "Give the scopes of the API that it calls.")
            .Must((client, scopes) => !ApiScopes.AreAmong(scopes) || ApiScopes.MayHave(client))
            .Says(
                "The scopes of Sso's own API are for machines that an operator registers and that prove themselves by a key or a "
                    + "certificate. Their id has at most 90 characters.",
                "Use the type machine and the method private_key_jwt, or one of mutual TLS; or leave these scopes out.");
    }

    private void PolicyIsSound()
    {
        RuleFor(client => client.RequirePkce)
            .Equal(true).Unless(client => client.Type == ClientType.Web)
            .Says("PKCE can be switched off only for a web application that keeps a secret (RFC 9700 §2.1.1).", "Leave PKCE on.");
        RuleFor(client => client.GraceSignIns)
            .InclusiveBetween(0, MostGraceSignIns)
            .Says($"The grace must be 0 to {MostGraceSignIns} sign-ins.", "Give a small number such as 3.")
            .Equal(0).Unless(client => client.SecondFactor == SecondFactorPolicy.Required, ApplyConditionTo.CurrentValidator)
            .Says("A grace makes sense only where a second factor is required.", "Leave the grace out, or require the second factor.");
        RuleFor(client => client.RequiresPushedRequests)
            .Equal(false).When(client => client.Type is ClientType.Machine or ClientType.Device)
            .Says("A machine or a device makes no authorization requests.", "Leave the requirement to push them out.");
        RuleFor(client => client.AllowsIdTokenResponses)
            .Equal(false).When(client => client.Type is ClientType.Machine or ClientType.Device)
            .Says("A machine or a device makes no authorization requests.", "Leave the ID tokens in answers out.");
        RuleFor(client => client.IdTokenClaims)
            .Equal(false).When(client => client.Type == ClientType.Machine)
            .Says("A machine signs in no person, so it has no ID tokens.", "Leave the claims in ID tokens out.");
        RuleFor(client => client.AcceptsMailCodes)
            .Equal(false).Unless(client => client.SecondFactor == SecondFactorPolicy.Required)
            .Says("Codes by mail make sense only where a second factor is required.", "Leave them out, or require the second factor.");
    }

    private static Flaw? ListFlaw(string list, ClientType type, IReadOnlyCollection<string> uris)
    {
        if (type is ClientType.Machine or ClientType.Device && uris.Count > 0)
        {
            return new(
                $"A {(type == ClientType.Machine ? "machine" : "device")} has no {list}: no browser comes back to it.",
                "Leave them out, or choose another type.");
        }

        if (uris.Count > MostUris)
        {
            return new($"There may be at most {MostUris} {list}.", "Remove those that are not in use.");
        }

        var twice = uris.GroupBy(uri => uri, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? null : new($"'{twice}' stands twice among the {list}.", "Give it once.");
    }
}
