using FluentValidation;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>
/// Where an application is told of a sign-out, and where its sign-in starts (Back-Channel Logout §2.2, Front-Channel Logout §2, OIDC Core
/// §4).
/// </summary>
internal sealed class LogoutRules : AbstractValidator<Client>
{
    public LogoutRules()
    {
        RuleFor(client => client.BackchannelLogoutUri)
            .Must((client, uri) => uri is null || (client.Type != ClientType.Machine && !uri.Contains('#', StringComparison.Ordinal)))
            .Says(
                "A back-channel logout URI has no fragment, and a machine signs in no person.",
                "Give an https address without #, or leave it out.");
        RuleFor(client => client.FrontchannelLogoutUri).HasNoFlaw((client, uri) => FindFlaw(client, uri) ?? FindForeignOrigin(client, uri));
        RuleFor(client => client.InitiateLoginUri).HasNoFlaw((client, uri) => FindFlaw(client, uri));
        RuleFor(client => client.FrontchannelLogoutSessionRequired)
            .Equal(false).When(client => client.FrontchannelLogoutUri is null)
            .Says(
                "There is no address to which issuer and session could be added.",
                "Give the front-channel logout URI too, or leave the requirement out.");
    }

    private static Flaw? FindFlaw(Client client, string? uri) => uri switch
    {
        null => null,
        _ when client.Type == ClientType.Machine =>
            new Flaw("A machine signs in no person, so it hears of no sign-out and starts no sign-in.", "Leave the address out."),
        _ => RedirectUriRules.FindFlaw(uri, ClientType.Web),
    };

    /// <summary>Front-Channel Logout §2: scheme, host and port are those of a redirection URI.</summary>
    private static Flaw? FindForeignOrigin(Client client, string? uri) =>
        uri is null || client.RedirectUris.Any(redirect => SameOrigin(redirect, uri))
            ? null
            : new(
                $"'{uri}' has another scheme, host or port than every redirect URI.",
                "Use an address of the same origin: browsers load it with the cookies of that origin.");

    private static bool SameOrigin(string one, string other) =>
        Uri.TryCreate(one, UriKind.Absolute, out var first) && Uri.TryCreate(other, UriKind.Absolute, out var second)
        && (first.Scheme, first.IdnHost, first.Port) == (second.Scheme, second.IdnHost, second.Port);
}
