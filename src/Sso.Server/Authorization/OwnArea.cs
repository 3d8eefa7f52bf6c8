using System.Collections.Immutable;
using OpenIddict.Abstractions;

namespace Sso.Server.Authorization;

/// <summary>
/// Pages of ours as a client of ourselves: opening one is an authorization request like any other, decided by the same policy, whose answer
/// is the page. None is in the directory, so no request from outside can name it.
/// </summary>
internal abstract class OwnArea(string issuer, Client client)
{
    public Client Client => client;

    /// <summary>No registered client has an id with a colon but no slashes.</summary>
    public static bool IsOne(string? clientId) => clientId is AccountArea.ClientId or ConsoleArea.ClientId;

    /// <summary>Where a satisfied request of ours leads.</summary>
    public static string PageOf(AuthorizationRequest request) => request.State ?? new Uri(request.RedirectUri.Value).AbsolutePath;

    /// <summary>The same of a request that came too late to be opened.</summary>
    public string PageOf(OpenIddictRequest carried) => carried.Text("state") ?? carried.Text("redirect_uri")![issuer.Length..];

    protected OpenIddictRequest Parameters(string page, ImmutableArray<KeyValuePair<string, string?>> more) => RequestParameters.Read(
    [
        new("client_id", client.Id),
        new("redirect_uri", issuer + page),
        new("response_type", "code"),
        new("scope", Scopes.OpenId),
        .. more,
    ]);

    protected static string? Seconds(TimeSpan? span) =>
        span is { } age ? ((int)age.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture) : null;
}
