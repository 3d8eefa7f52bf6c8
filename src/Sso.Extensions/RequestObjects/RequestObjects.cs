using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Protocol.Authorization;
using Sso.Protocol.Encryption;

namespace Sso.Extensions.RequestObjects;

/// <summary>Request objects (RFC 9101), by value or at a registered address: signed by the client, each is the whole request.</summary>
public sealed class RequestObjects(
    ClientSignatures signatures, IIssuerName issuer, TimeProvider clock, IDecryptionKeys? keys = null,
    IClientDocumentFetcher? documents = null)
{
    /// <summary>What proves a client beside a request object, and is no part of what was asked (RFC 9101 §6.3, RFC 9126 §2.1).</summary>
    public static readonly string[] Credentials = ["client_secret", "client_assertion", "client_assertion_type"];

    /// <summary>Only what authenticates the client may come with a signed backchannel authentication (CIBA Core §7.1.1).</summary>
    private static readonly string[] BesideBackchannel = ["request", "client_id", .. Credentials];

    private static readonly string[] MediaTypes = ["application/" + RequestObject.Type, "application/jwt", "application/jose"];

    /// <summary>What the name of a pushed request begins with (RFC 9126 §2.2).</summary>
    public const string PushedPrefix = "urn:ietf:params:oauth:request_uri:";

    public static bool IsIn(OpenIddictRequest parameters) =>
        parameters.Text("request") is not null || parameters.Text("request_uri") is not null;

    /// <summary>True for the name of a request that was pushed (RFC 9126 §4), which is not an address.</summary>
    public static bool IsPushed(OpenIddictRequest parameters) =>
        parameters.Text("request") is null && parameters.Text("request_uri")?.StartsWith(PushedPrefix, StringComparison.Ordinal) == true;

    /// <summary>True if opening it means calling an address of the client.</summary>
    public static bool IsFetched(Client client, OpenIddictRequest outside) =>
        outside.Text("request") is null
        && outside.Text("request_uri") is { } address
        && client.RequestUris.Contains(WithoutFragment(address));

    /// <summary>The parameters inside the object.</summary>
    public async Task<Result<OpenIddictRequest, OAuthError>> OpenAsync(
        Client client, OpenIddictRequest outside, CancellationToken cancellation)
    {
        var (byValue, address) = (outside.Text("request"), outside.Text("request_uri"));
        if (byValue is not null && address is not null)
        {
            return OAuthError.RequestObjectTwice;
        }

        if ((byValue ?? await FetchAsync(client, address!, cancellation)) is not { } text)
        {
            return OAuthError.InvalidRequestUri;
        }

        return (await VerifyAsync(client, text, cancellation)).Failed(out var error, out var token)
            ? error.Id == OAuthError.RequestNotSupported.Id && byValue is null ? OAuthError.RequestUriNotSupported : error
            : RequestObject.Read(token, client, issuer.Value, clock.GetUtcNow(), client.RequiresSignedRequests);
    }

    /// <summary>
    /// The parameters of a backchannel authentication (CIBA Core §7.1.1): as they came, or from a signed request, which always has iss,
    /// aud, iat, exp, nbf and jti. It may come twice, because the client authenticates each time.
    /// </summary>
    public async Task<Result<OpenIddictRequest, OAuthError>> OpenBackchannelAsync(
        Client client, OpenIddictRequest outside, CancellationToken cancellation)
    {
        if (outside.Text("request") is not { } text)
        {
            return client.RequiresSignedRequests ? OAuthError.MustBeSigned : outside;
        }

        if (outside.Names.Except(BesideBackchannel, StringComparer.Ordinal).Any())
        {
            return OAuthError.UnacceptableBackchannelRequest("a parameter stands beside it");
        }

        if ((await VerifyAsync(client, text, cancellation)).Failed(out var error, out var token))
        {
            return OAuthError.UnacceptableBackchannelRequest(error.Description);
        }

        if (token.Id.Length == 0 || !token.TryGetPayloadValue<long>("iat", out _))
        {
            return OAuthError.UnacceptableBackchannelRequest("it needs iat and jti");
        }

        return RequestObject.Read(token, client, issuer.Value, clock.GetUtcNow(), isStrict: true).Failed(out error, out var inside)
            ? OAuthError.UnacceptableBackchannelRequest(error.Description)
            : inside;
    }

    /// <summary>Signed first, then encrypted (RFC 9101 §4): an object inside encryption is judged like any other.</summary>
    private async Task<Result<JsonWebToken, OAuthError>> VerifyAsync(Client client, string text, CancellationToken cancellation)
    {
        if ((IsEncrypted(text) ? Jwe.Decrypt(text, keys?.DecryptionKeys ?? []) : text) is not { } signed)
        {
            return OAuthError.InvalidRequestObject(
                "The request object does not open: encrypt it to a key of this server, with listed algorithms.");
        }

        if (IsUnsigned(signed))
        {
            return OAuthError.RequestNotSupported;
        }

        return await signatures.VerifyAsync(client, signed, AlgorithmsOf(client), cancellation) is { } token
            ? token
            : OAuthError.InvalidRequestObject(
                "The request object is not signed by a key of this client with an algorithm that it may use.");
    }

    /// <summary>FAPI 2.0 §5.4.1: RS256 signs nothing for a FAPI client, whatever its registration says.</summary>
    private static IReadOnlyList<string> AlgorithmsOf(Client client)
    {
        var usable = client.IsFapi ? SignatureAlgorithms.Fapi : SigningAlgorithms.All;
        return client.RequestObjectSigningAlgorithm is { } registered ? [.. usable.Where(algorithm => algorithm == registered)] : usable;
    }

    /// <summary>The fragment is how the client defeats caches (OIDC Core §6.2); it is neither registered nor sent.</summary>
    private async Task<string?> FetchAsync(Client client, string address, CancellationToken cancellation)
    {
        var plain = WithoutFragment(address);
        return documents is not null && client.RequestUris.Contains(plain)
            && await documents.FetchAsync(client, plain, MediaTypes, cancellation) is { } body
            ? Encoding.ASCII.GetString(body).Trim()
            : null;
    }

    private static string WithoutFragment(string address) => address.Split('#')[0];

    /// <summary>RFC 7516 §7.1: five parts.</summary>
    private static bool IsEncrypted(string text) => text.Count(character => character == '.') == 4;

    private static bool IsUnsigned(string text) =>
        SignedClaims.ReadUnchecked(text) is { IsEncrypted: false } token && token.Alg.Equals("none", StringComparison.OrdinalIgnoreCase);
}
