using System.Net.Http.Headers;
using System.Text;
using Sso.Testing;

namespace Sso.Server.Tests.Malformed;

/// <summary>
/// Spoils a good request in one to four ways. Values are written percent-encoded, so that bytes which are no text can be among them.
/// </summary>
internal sealed class Grammar(Dice dice)
{
    private static readonly HttpMethod[] Methods =
        [
            HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete,
            HttpMethod.Patch, HttpMethod.Head, HttpMethod.Options, new("PROPFIND"),
        ];

    private static readonly string[] ContentTypes =
    [
        "application/json", "text/plain", "multipart/form-data",
        "multipart/form-data; boundary=x", "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=no-such-charset",
        "application/x-www-form-urlencoded; charset=utf-7", "application/xml", "x", "application/",
        "application/x-www-form-urlencoded;;;", "application/dpop+jwt", "image/png",
    ];

    /// <summary>Percent-encoded where it is no URL character.</summary>
    private static readonly string[] Oddities =
    [
        "", "%00", "a%00b", "%FF%FE", "%C0%AF", "%ED%A0%80", "%F4%90%80%80", "%E2%82",
        "%", "%zz", "%0d%0aSet-Cookie:%20x=y", "%0a", "%09", "%7f", "%E2%80%AE",
        "null", "true", "[]", "%7B%7D", "undefined", "NaN", "-1", "0", "9223372036854775808",
        "1e400", "99999999999999999999999999", "-0", "0x10", "5000-01-01T00:00:00Z", "%2B1",
        "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0", "..", ".", "a.b.c",
        "a.b.c.d.e", "eyJ.eyJ.eyJ", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA", "====", "A-_%2F%2B",
        "eyJhbGciOiJSUzI1NiIsImtpZCI6bnVsbH0.bm90LWpzb24.AAAA", "eyJhbGciOlsiRVMyNTYiXX0.W10.AAAA",
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA",
        "%7B%22userinfo%22:%7B%22x%22:", "%7B%22id_token%22:%5B1,2%5D%7D", "%7B%22a%22:1,%22a%22:2%7D", "%22%22", "%5C",
        "https://evil.example/callback", "//evil.example", "javascript:alert(1)",
        "data:text/html,x", "https://shop.example/callback/", "https://shop.example/callback%23x",
        "https://shop.example/callback?x=y", "https://shop.example@evil.example/callback",
        "https://SHOP.example/callback", "https://shop.example./callback", "http://shop.example/callback",
        "https://shop.example/%2e%2e/callback", "https://shop.example/callback%0d%0a", "http://127.0.0.1/callback",
        "file:///etc/passwd", "urn:ietf:params:oauth:request_uri:x", "http://169.254.169.254/",
        "none", "login%20none", "plain", "S512", "code%20token", "token", "id_token%20token",
        "CODE", "code%20code", "openid%20%22", "openid%5C", "OPENID", "password", "__proto__",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", "../../etc/passwd",
        "'%20OR%201=1--", "%3Cscript%3E", "$%7Bjndi:ldap://x%7D", "{{7*7}}",
    ];

    /// <summary>Kestrel refuses a NUL and a broken escape in the path by itself; the test server throws.</summary>
    private static readonly string[] InPath =
        [
            .. Oddities.Where(value => value.Length > 0 && value != "%"
                && !value.Contains('?', StringComparison.Ordinal) && !value.Contains("%00", StringComparison.Ordinal)),
        ];

    private static readonly string[] JsonOddities =
        [
            "null", "true", "7", "1e400", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "{}", "[]", "[null]", "[{}]",
            "[[[[]]]]", "{\"keys\":7}", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}", "\"javascript:alert(1)\"",
        ];

    private static readonly string[] FurtherNames =
    [
        "client_id", "redirect_uri", "response_type", "response_mode", "scope", "state", "nonce",
        "prompt", "max_age", "id_token_hint", "login_hint", "ui_locales", "acr_values", "claims",
        "request", "request_uri", "registration", "code_challenge", "code_challenge_method",
        "resource", "dpop_jkt", "grant_type", "code", "code_verifier", "refresh_token", "token",
        "token_type_hint", "client_secret", "client_assertion", "client_assertion_type", "subject_token",
        "subject_token_type", "actor_token", "requested_token_type", "audience", "device_code",
        "auth_req_id", "user_code", "access_token", "id_token", "logout_hint", "post_logout_redirect_uri",
        "binding_message", "login_hint_token", "requested_expiry", "authorization_details",
        "client_id[]", "client_id[$ne]", "", "%00", "%FF", "posted", "flow", "rel", "x",
    ];

    private static readonly string[] Authorizations =
    [
        "Basic", "Basic ", "Basic !!!", "Basic /////w==", "Basic OjpA", "Basic dXNlcg==", "Bearer",
        "Bearer a.b.c", "Bearer eyJhbGciOiJub25lIn0.e30.", "DPoP a.b.c", "Negotiate AAAA", "x", "Bearer \"",
        "Basic c2hvcDolRkYlRkU=", "bearer  ", "Digest username=\"x\"",
    ];

    public HttpRequestMessage Spoil(Target target)
    {
        var pairs = target.Parameters.ToList();
        var (method, authorization) = (target.Method, target.Authorization);
        var type = target.Json is null ? "application/x-www-form-urlencoded" : "application/json";
        var raw = target.Json;
        for (var count = 1 + dice.Below(4); count > 0; count--)
        {
            switch (dice.Below(14))
            {
                case 0:
                    method = dice.Of(Methods);
                    break;
                case 1:
                    type = dice.Of(ContentTypes);
                    break;
                case 2:
                    authorization = dice.OneIn(3) ? null : dice.Of(Authorizations);
                    break;
                case 3:
                    raw = target.Json is null ? Body() : BentJson(target.Json);
                    break;
                case 4 or 5 when pairs.Count > 0:
                    pairs.RemoveAt(dice.Below(pairs.Count));
                    break;
                case 6 when pairs.Count > 0:
                    pairs.Add(dice.Of(pairs));
                    break;
                case 7 or 8 or 9 when pairs.Count > 0:
                    var at = dice.Below(pairs.Count);
                    pairs[at] = (pairs[at].Name, Bent(pairs[at].Value));
                    break;
                default:
                    pairs.Add((dice.Of(FurtherNames), Value()));
                    break;
            }
        }

        return Write(target, method, type, authorization, pairs, raw);
    }

    private HttpRequestMessage Write(
        Target target, HttpMethod method, string type, string? authorization, List<(string Name, string Value)> pairs, string? raw)
    {
        var form = string.Join('&', pairs.Select(pair => $"{pair.Name}={pair.Value}"));
        var inBody = method != HttpMethod.Get && method != HttpMethod.Head && !dice.OneIn(10);
        var url = target.Path.Replace("{*}", dice.Of(InPath), StringComparison.Ordinal)
            + (inBody || form.Length == 0 ? "" : "?" + form);
        var request = new HttpRequestMessage(method, new Uri("https://sso.test" + url));
        if (inBody)
        {
            request.Content = new ByteArrayContent(Encoding.Latin1.GetBytes(raw ?? form));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        // From everywhere, so that no limit hides what lies behind it.
        request.Headers.Add(VisitorAddress.Header, $"10.{dice.Below(256)}.{dice.Below(256)}.{dice.Below(256)}");
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        if (dice.OneIn(12))
        {
            request.Headers.TryAddWithoutValidation(
                "DPoP", dice.Of(Oddities.Where(value => value.All(character => character is > ' ' and <= '~')).ToList()));
        }

        if (dice.OneIn(12))
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/token-introspection+jwt"));
        }

        return request;
    }

    private string Value() => dice.OneIn(40) ? new string('a', 9000) : dice.Of(Oddities);

    private string Bent(string value) => dice.Below(6) switch
    {
        0 => value[..dice.Below(value.Length + 1)],
        1 => value + "=",
        2 => value.ToUpperInvariant(),
        3 => value + dice.Of(Oddities),
        4 => value.Length == 0 ? "A" : value[..^1] + (value[^1] == 'A' ? 'B' : 'A'),
        _ => Value(),
    };

    private string BentJson(string json) => dice.Below(5) switch
    {
        0 => json[..dice.Below(json.Length)],
        1 => json.Replace("[", dice.Of(JsonOddities), StringComparison.Ordinal),
        2 => json.Replace("https://shop.example/callback", Uri.UnescapeDataString(dice.Of(Oddities)), StringComparison.Ordinal),
        3 => json[..^1] + $",\"{dice.Of(FurtherNames)}\":{dice.Of(JsonOddities)}}}",
        _ => Body(),
    };

    private string Body() => dice.Below(6) switch
    {
        0 => "",
        1 => "&&==&=&%&%zz=%",
        2 => string.Concat(Enumerable.Repeat("{\"a\":", 400)),
        3 => """{"redirect_uris":["javascript:alert(1)",null,{}],"grant_types":7,"jwks":{"keys":[{"kty":"RSA","n":"===="}]}}""",
        4 => "\xFF\xFE\0\0client_id=\xC0\xAF",
        _ => string.Join('&', Enumerable.Range(0, 1200).Select(number => $"p{number}=x")),
    };
}

/// <summary>A good request to one endpoint. <c>{*}</c> in the path is anything.</summary>
/// <param name="Path">Without a query.</param>
/// <param name="Method">As the endpoint wants it.</param>
/// <param name="Authorization">Null when it needs none.</param>
/// <param name="Parameters">Percent-encoded.</param>
internal sealed record Target(string Path, HttpMethod Method, string? Authorization, params (string Name, string Value)[] Parameters)
{
    /// <summary>The body in place of a form.</summary>
    public string? Json { get; init; }
}
