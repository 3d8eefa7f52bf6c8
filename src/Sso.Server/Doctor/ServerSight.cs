using System.Text.Json.Serialization;
using Sso.Server.Http;

namespace Sso.Server.Doctor;

/// <summary>How the server saw a request of the doctor, which came by the way of all visitors.</summary>
/// <param name="WantsHttps">The issuer is https.</param>
/// <param name="IsHttps">The request is taken to have come by it.</param>
/// <param name="Visitor">From where it is taken to come; null if that is unknown.</param>
/// <param name="Peer">From where its connection came; null for a socket file.</param>
/// <param name="IsTrusted">What that one says of visitors counts.</param>
/// <param name="SaysFor">There was an X-Forwarded-For.</param>
/// <param name="SaysProto">There was an X-Forwarded-Proto.</param>
/// <param name="SaysMore">X-Forwarded-For goes on beyond the visitor, who is therefore a proxy too.</param>
internal sealed record ServerSight(
    bool WantsHttps, bool IsHttps, string? Visitor, string? Peer, bool IsTrusted, bool SaysFor, bool SaysProto, bool SaysMore)
{
    private const string Subject = "proxy";
    private const string ForwardedFor = "X-Forwarded-For";
    private const string AllAreOne = "all visitors seem to come from there, and twenty failed sign-ins shut all of them out";

    /// <summary>As the request came, before the headers of trusted proxies are read, which removes them.</summary>
    public static ServerSight Before(HttpContext http, SsoOptions sso, TrustedProxies proxies)
    {
        var (headers, peer) = (http.Request.Headers, http.Connection.RemoteIpAddress);
        var address = ClientAddress.Shown(http);
        return new(
            sso.IsHttps,
            http.Request.IsHttps,
            Visitor: address,
            Peer: address,
            sso.TrustedProxies.Count > 0 && (peer is null || proxies.Contains(peer)),
            headers.ContainsKey(ForwardedFor),
            headers.ContainsKey("X-Forwarded-Proto"),
            SaysMore: false);
    }

    /// <summary>And as it is taken after that.</summary>
    public ServerSight After(HttpContext http) => this with
    {
        IsHttps = http.Request.IsHttps,
        Visitor = ClientAddress.Shown(http),
        SaysMore = IsTrusted && http.Request.Headers.ContainsKey(ForwardedFor),
    };

    /// <summary>No page opens.</summary>
    [JsonIgnore]
    public bool IsRefused => WantsHttps && !IsHttps;

    /// <summary>What that means, with what to do first.</summary>
    public Finding Judge() => this switch
    {
        { IsTrusted: false } when SaysFor || SaysProto => Finding.Wrong(
            Subject,
            $"The server is reached through {From}, which Sso:TrustedProxies does not name: "
                + $"{(IsRefused ? "no page opens (line 1123), and " : "")}{AllAreOne}.",
            $"Name {From} in Sso:TrustedProxies if it is your proxy, and restart the server."),
        { IsRefused: true, SaysProto: true } => Finding.Wrong(
            Subject, $"The proxy at {From} says http in X-Forwarded-Proto, so no page opens (line 1123).",
            "Have it say by what the visitor came (nginx: proxy_set_header X-Forwarded-Proto $scheme;), and every proxy before it too."),
        { IsRefused: true } => Finding.Wrong(
            Subject, $"{From} sends no X-Forwarded-Proto, so visitors seem to come by http and no page opens (line 1123).",
            "Have the proxy send X-Forwarded-Proto and X-Forwarded-For, as deploy/nginx.conf does, and name it in Sso:TrustedProxies."),
        { IsTrusted: true, SaysFor: false } => Finding.Wrong(
            Subject, $"The proxy at {From} sends no X-Forwarded-For: {AllAreOne}.",
            "Have it send the visitor's address (nginx: proxy_set_header X-Forwarded-For $remote_addr;)."),
        { IsTrusted: true, SaysMore: true } => Finding.Wrong(
            Subject, $"{Visitor} passes for a visitor and is a proxy: X-Forwarded-For goes on before it, and {AllAreOne}.",
            $"Name {Visitor} in Sso:TrustedProxies too if it is yours, and restart the server."),
        _ => Finding.Good(
            Subject, $"The server saw this visit come by {(IsHttps ? "https" : "http")} from {Visitor ?? "an unknown address"}"
                + (Peer == Visitor ? "." : $", through {From}.")),
    };

    private string From => Peer ?? "a socket file";
}

[JsonSerializable(typeof(ServerSight))]
internal sealed partial class ServerSightJson : JsonSerializerContext;
