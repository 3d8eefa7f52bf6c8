using System.Globalization;
using OpenIddict.Abstractions;
using Sso.Data.Authorization;
using Sso.Extensions.RichRequests;
using Sso.Server.Clients;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>
/// The request made by a person who answers another device: an authorization request of that device's client, so that the gate asks for the
/// same proofs, whose answer is one of our pages. The name of the waiting row takes the place of a request_uri, in a form that no request
/// from outside may carry.
/// </summary>
internal sealed class WaitingFlow(ClientDirectory clients, AuthorizationTypes types, SsoOptions sso)
{
    /// <summary>The page on which a device is answered (RFC 8628 §3.3).</summary>
    public const string DevicePage = "/device/confirm";

    /// <summary>The page on which a backchannel authentication is answered (CIBA Core §8).</summary>
    public const string BackchannelPage = "/account/requests/answer";

    /// <summary>People who are asked out of the blue have to prove who they are again, as for every change in the account area.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private const string Prefix = "urn:sso:waiting:";

    public static bool IsOne(OpenIddictRequest? carried) =>
        carried?.Text("request_uri")?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>Where a person begins again who took too long on the way to the answer.</summary>
    public static string BeginningOf(OpenIddictRequest carried) =>
        Named(carried.Text("request_uri")!).Kind == WaitingKind.Device ? "/device" : "/account/requests";

    /// <summary>What the flow handle carries.</summary>
    public static OpenIddictRequest Carry(WaitingRequest waiting, OpenIddictRequest asked) => asked
        .With("client_id", waiting.ClientId)
        .With("request_uri", $"{Prefix}{(int)waiting.Kind}:{waiting.Id:N}");

    /// <summary>Null if the client may no longer ask for this.</summary>
    public AuthorizationRequest? Parse(OpenIddictRequest carried, Guid flowId, DateTimeOffset receivedAt)
    {
        var (kind, id) = Named(carried.Text("request_uri")!);
        return clients.Find(carried.Text("client_id")!) is { } client
            && client.GrantTypes.Contains(kind == WaitingKind.Device ? GrantTypes.DeviceCode : GrantTypes.Ciba)
            && AskedAccess.Check(carried, client, clients.FindResource, types.Find).Value is { } asked
            ? Request(Ending(client, kind), asked, carried, flowId, receivedAt) with
            {
                WaitingId = id,
                MaxAge = kind == WaitingKind.Backchannel ? Fresh : null,
            }
            : null;
    }

    private static AuthorizationRequest Request(
        Client client, AskedAccess asked, OpenIddictRequest carried, Guid flowId, DateTimeOffset receivedAt) => new()
        {
            FlowId = flowId,
            ReceivedAt = receivedAt,
            Client = client,
            RedirectUri = VerifiedRedirectUri.Match(client, client.RedirectUris.Single())!,
            Scopes = asked.Scopes,
            Resources = asked.Resources,
            AcrValues = asked.AcrValues,
            Details = asked.Details,
            HintedSubject = carried.Text("person") is { } person ? client.SubjectOf(Guid.ParseExact(person, "N")) : null,
            Parameters = carried,
        };

    /// <summary>The client with one of our pages as its only redirection URI. That page is the consent, asked for every time.</summary>
    private Client Ending(Client client, WaitingKind kind) =>
        client with { RedirectUris = [sso.Issuer + (kind == WaitingKind.Device ? DevicePage : BackchannelPage)], ConsentRequired = false };

    private static (WaitingKind Kind, Guid Id) Named(string requestUri)
    {
        var parts = requestUri[Prefix.Length..].Split(':');
        return ((WaitingKind)int.Parse(parts[0], CultureInfo.InvariantCulture), Guid.ParseExact(parts[1], "N"));
    }
}
