using OpenIddict.Abstractions;
using Sso.Server.Clients;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>Where an application can be entered again.</summary>
/// <param name="Address">An address that it registered, or its host.</param>
/// <param name="SignsIn">True if a sign-in begins there (OIDC Core §4).</param>
internal sealed record WayOn(string Name, string Address, bool SignsIn);

/// <summary>Where a flow that expired or was answered can begin again. No user name goes along: it has no place in an address.</summary>
internal sealed class LateFlows(FlowSealer flows, ClientDirectory clients, AccountArea account, ConsoleArea console, SsoOptions options)
{
    /// <summary>Straight to the beginning if that is ours, otherwise to the page that says what happened.</summary>
    public string AddressAfter(HttpContext http, string? handle) => flows.OpenLate(http, handle) switch
    {
        null => PageFor(clientId: null),
        { } carried when WaitingFlow.IsOne(carried) => WaitingFlow.BeginningOf(carried),
        { } carried when carried.Text("client_id") == AccountArea.ClientId => account.PageOf(carried),
        { } carried when carried.Text("client_id") == ConsoleArea.ClientId => console.PageOf(carried),
        _ => $"{PageFor(clientId: null)}&flow={handle}",
    };

    /// <summary>The page for a request without a handle.</summary>
    public static string PageFor(string? clientId) =>
        AuthorizationPageError.ExpiredFlow.PageAddress + (clientId is null ? "" : $"&client={Uri.EscapeDataString(clientId)}");

    /// <summary>Null if the application, or an address of it that a browser can open, is not known.</summary>
    public WayOn? WayOn(HttpContext http, string? handle, string? clientId)
    {
        var carried = flows.OpenLate(http, handle);
        // Anybody can write a client id into an address: in that case nobody is led to an application that registered itself.
        return clients.Find(carried?.Text("client_id") ?? clientId ?? "") is { } client && (carried is not null || !client.IsUnverified)
            ? WayOn(client, carried)
            : null;
    }

    private WayOn? WayOn(Client client, OpenIddictRequest? carried)
    {
        if (ClientHomes.StartOf(client, options) is { } start)
        {
            return new(client.Name, start, SignsIn: true);
        }

        var host = VerifiedRedirectUri.Match(client, carried?.Text("redirect_uri")) is { } asked
            ? ClientHomes.HostOf(client, asked.Value)
            : ClientHomes.HomeOf(client);
        return host is null ? null : new(client.Name, host, SignsIn: false);
    }
}
