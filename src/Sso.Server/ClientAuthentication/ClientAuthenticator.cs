using System.Text;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Http;
using Sso.Server.SignIn;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// Client authentication (RFC 6749 §2.3): exactly one method, and the registered one. Wrong credentials are counted per client and address; from
/// the 11th in a minute on the answer is 429. The right secret always passes: 256 bits are not guessed.
/// </summary>
public sealed class ClientAuthenticator(ClientDirectory clients, Throttle throttle, ClientRefusals refusals, TimeProvider clock)
{
    /// <summary>Reads the form and authenticates its client.</summary>
    public async Task<Result<ClientRequest>> ReadAsync(HttpContext http, CancellationToken cancellation)
    {
        // RFC 6749 §3.2: a client must use POST; a person who opens the address in a browser reads why nothing comes.
        if (!HttpMethods.IsPost(http.Request.Method))
        {
            return OAuthError.InvalidRequest("This endpoint takes POST requests only.");
        }

        if (!http.Request.HasFormContentType)
        {
            return OAuthError.InvalidRequest("The body must be application/x-www-form-urlencoded.");
        }

        var form = await http.Request.ReadFormAsync(cancellation);
        if (OAuthParameters.From(form.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value))).Failed(out var error, out var parameters))
        {
            return error;
        }

        return (await AuthenticateAsync(http, parameters, cancellation)).Failed(out error, out var client) ? error : new ClientRequest(client, parameters);
    }

    private async Task<Result<Client>> AuthenticateAsync(HttpContext http, OAuthParameters parameters, CancellationToken cancellation)
    {
        if (Read(http, parameters).Failed(out var error, out var presented))
        {
            return error;
        }

        var client = clients.Find(presented.ClientId);
        if (client is not null && IsProved(client, presented))
        {
            return client;
        }

        var counted = $"{presented.ClientId}@{ClientAddress.Counted(http)}";
        if (await throttle.RefusesClientAsync(counted, cancellation))
        {
            return OAuthError.TooManyAttempts;
        }

        var refusal = OAuthError.InvalidClient(
            client is null ? "unknown client" : client.AuthenticationMethod == presented.Method ? "wrong secret" : "another method than the registered one");
        await refusals.RecordAsync(http, SecurityEventKind.ClientRefused, client?.Id, detail: null, refusal, cancellation);
        return refusal;
    }

    private bool IsProved(Client client, Presented presented) =>
        client.AuthenticationMethod == presented.Method
        && (client.IsPublic || client.Secrets.Any(secret => secret.Matches(presented.Secret, clock.GetUtcNow())));

    private static Result<Presented> Read(HttpContext http, OAuthParameters parameters)
    {
        var header = http.Request.Headers.Authorization.ToString();
        var inForm = parameters["client_secret"];
        if (header.Length > 0)
        {
            if (inForm is not null)
            {
                return OAuthError.InvalidRequest("Client credentials are sent both in the Authorization header and in the body.");
            }

            return ReadBasic(header) is { } basic && (parameters["client_id"] is not { } named || named == basic.ClientId)
                ? basic
                : OAuthError.InvalidClient("malformed Authorization header");
        }

        return (parameters["client_id"], inForm) switch
        {
            (null, _) => OAuthError.InvalidClient("no client_id"),
            ({ } id, null) => new Presented(id, "", ClientAuthenticationMethod.None),
            ({ } id, { } secret) => new Presented(id, secret, ClientAuthenticationMethod.ClientSecretPost),
        };
    }

    /// <summary>RFC 6749 §2.3.1: id and secret are form-urlencoded before they are joined and encoded.</summary>
    private static Presented? ReadBasic(string header)
    {
        const string Scheme = "Basic ";
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var decoded = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[Scheme.Length..].Trim(), decoded, out var length))
        {
            return null;
        }

        var pair = Encoding.UTF8.GetString(decoded, 0, length).Split(':', 2);
        return pair is [{ Length: > 0 } id, var secret]
            ? new(Decode(id), Decode(secret), ClientAuthenticationMethod.ClientSecretBasic)
            : null;
    }

    private static string Decode(string value) => Uri.UnescapeDataString(value.Replace('+', ' '));

    private sealed record Presented(string ClientId, string Secret, ClientAuthenticationMethod Method)
    {
        public override string ToString() => ClientId;
    }
}
