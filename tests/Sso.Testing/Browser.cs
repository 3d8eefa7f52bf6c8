using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.TestHost;

namespace Sso.Testing;

/// <summary>
/// A browser without script: it keeps cookies, follows redirects within Sso, submits forms as they stand, and
/// stops where Sso sends it elsewhere.
/// </summary>
public sealed class Browser
{
    private readonly CookieContainer _cookies = new();
    private Func<HttpMessageHandler> _connect;

    public Browser(SsoServer server)
        : this(new Uri(SsoServer.Issuer), server.App.GetTestServer().CreateHandler)
    {
    }

    /// <param name="home">The issuer.</param>
    /// <param name="connect">The way there; it must neither follow redirects nor keep cookies.</param>
    public Browser(Uri home, Func<HttpMessageHandler> connect) => (Home, _connect) = (home, connect);

    public Uri Home { get; }

    /// <summary>Sent with every request unless null.</summary>
    public string? AcceptLanguage { get; set; } = "it";

    /// <summary>Where the requests come from; null where it does not matter.</summary>
    public string? Address { get; set; }

    /// <summary>Sent with every request, as a proxy or an attacker would.</summary>
    public IList<(string Name, string Value)> Headers { get; } = [];

    /// <summary>Called with every answer, redirects too.</summary>
    public Action<HttpResponseMessage, string>? Watch { get; set; }

    /// <summary>The next requests reach this node; cookies stay.</summary>
    public void MoveTo(SsoServer node) => _connect = node.App.GetTestServer().CreateHandler;

    public void MoveTo(ServerProcess node) => _connect = node.Connect;

    public string? Cookie(string name) => _cookies.GetCookies(Home)[name]?.Value;

    /// <summary>What the next request carries.</summary>
    public string CookieHeader => _cookies.GetCookieHeader(Home);

    public void SetCookie(string name, string value) => _cookies.Add(Home, new Cookie(name, value) { Secure = true });

    public void ForgetCookies()
    {
        foreach (var cookie in _cookies.GetCookies(Home).Cast<Cookie>())
        {
            cookie.Expired = true;
        }
    }

    public Task<Page> GetAsync(string url) => SendAsync(HttpMethod.Get, new Uri(Home, url), content: null);

    public Task<Page> PostAsync(string url, IEnumerable<KeyValuePair<string, string>> form) =>
        SendAsync(HttpMethod.Post, new Uri(Home, url), new FormUrlEncodedContent(form));

    /// <summary>Fills the named fields of a form and submits it by the named button, or the first one.</summary>
    public Task<Page> SubmitAsync(Page page, params (string Name, string Value)[] fields) => SubmitAsync(page, form: null, fields);

    public Task<Page> SubmitAsync(Page page, string? form, params (string Name, string Value)[] fields) =>
        SubmitAsync(page, page.Form(form, fields.Select(field => field.Name)), fields);

    /// <summary>Chooses a file in the named field of a form and submits it as browsers do (RFC 7578).</summary>
    public async Task<Page> UploadAsync(Page page, string form, string field, byte[]? file, params (string Name, string Value)[] fields)
    {
        using var content = new MultipartFormDataContent { PartOf(field, file) };
        var element = page.Form(form, []);
        foreach (var hidden in element.QuerySelectorAll<IHtmlInputElement>("input[type=hidden]"))
        {
            content.Add(new StringContent(hidden.Value), hidden.Name!);
        }

        foreach (var (name, value) in fields)
        {
            content.Add(new StringContent(value), name);
        }

        return await SendAsync(HttpMethod.Post, new Uri(page.Url, element.GetAttribute("action")!), content);
    }

    /// <param name="field">The name of the field.</param>
    /// <param name="file">Null if none was chosen, which is sent as a file without a name.</param>
    private static ByteArrayContent PartOf(string field, byte[]? file)
    {
        var part = new ByteArrayContent(file ?? []);
        var name = file is null ? "" : "people.jsonl";
        part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"{field}\"; filename=\"{name}\"");
        return part;
    }

    /// <summary>Presses the button that gives up.</summary>
    public Task<Page> CancelAsync(Page page) => SubmitAsync(
        page,
        page.Document.QuerySelector("main form[action*='handler=Cancel']:has(button[type=submit])")
            ?? throw new InvalidOperationException($"{(int)page.Status} {page.Path} has no button to cancel."),
        []);

    private async Task<Page> SubmitAsync(Page page, IElement element, (string Name, string Value)[] fields)
    {
        var values = element.QuerySelectorAll<IHtmlInputElement>("input")
            .Where(input => input.Name is { Length: > 0 } && (input.Type is not ("radio" or "checkbox") || input.IsChecked))
            .Select(input => (Name: input.Name!, Value: input.Value))
            .Concat(
                element.QuerySelectorAll<IHtmlSelectElement>("select").Select(select => (Name: select.Name!, Value: select.Value ?? "")))
            .Where(input => !fields.Any(field => field.Name == input.Name))
            .Concat(fields)
            .Select(input => KeyValuePair.Create(input.Name, input.Value));
        var action = element.GetAttribute("action") is { Length: > 0 } written ? new Uri(page.Url, written) : page.Url;
        return await SendAsync(HttpMethod.Post, action, new FormUrlEncodedContent(values));
    }

    private async Task<Page> SendAsync(HttpMethod method, Uri url, HttpContent? content)
    {
        using var handler = _connect();
        using var client = new HttpClient(handler) { BaseAddress = Home };
        for (var hop = 0; hop < 12; hop++)
        {
            using var request = new HttpRequestMessage(method, url) { Content = content };
            if (_cookies.GetCookieHeader(url) is { Length: > 0 } header)
            {
                request.Headers.Add("Cookie", header);
            }

            if (AcceptLanguage is not null)
            {
                request.Headers.Add("Accept-Language", AcceptLanguage);
            }

            if (Address is not null)
            {
                request.Headers.Add(VisitorAddress.Header, Address);
            }

            foreach (var (name, value) in Headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await client.SendAsync(request);
            Watch?.Invoke(response, await response.Content.ReadAsStringAsync());
            foreach (var cookie in response.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
            {
                _cookies.SetCookies(Home, cookie);
            }

            if (response.Headers.Location is not { } location)
            {
                var text = await response.Content.ReadAsStringAsync();
                return new Page(
                    Home,
                    response.StatusCode,
                    url,
                    text,
                    response.Headers.Concat(response.Content.Headers)
                        .ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value)));
            }

            (method, content, url) = (HttpMethod.Get, null, new Uri(url, location));
            if (url.Authority != Home.Authority)
            {
                return new Page(Home, response.StatusCode, url, "", []);
            }
        }

        throw new InvalidOperationException("Too many redirects, last to " + url.AbsolutePath);
    }
}

/// <summary>Where a browser came to rest: a page of Sso, or the address of an application with its parameters.</summary>
public sealed record Page(Uri Home, HttpStatusCode Status, Uri Url, string Text, Dictionary<string, string> Headers)
{
    private IHtmlDocument? _document;

    public IHtmlDocument Document => _document ??= new HtmlParser().ParseDocument(Text);

    public string Path => Url.AbsolutePath;

    public bool LeftSso => Url.Authority != Home.Authority;

    /// <summary>Of the query, or of the fragment where the answer stands there.</summary>
    public string? Parameter(string name) => Of(Url.Query, name) ?? Of(Url.Fragment.TrimStart('#'), name);

    private static string? Of(string form, string name) =>
        Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(form).TryGetValue(name, out var values) ? values.ToString() : null;

    public string? Code => Parameter("code");

    public string? Error => Parameter("error");

    /// <summary>A form by its id, or the first post form of main that has these fields.</summary>
    internal IElement Form(string? id, IEnumerable<string> names) => id is not null
        ? Document.GetElementById(id) ?? throw new InvalidOperationException($"{Path} has no form {id}.")
        : Document.QuerySelectorAll("main form")
        .FirstOrDefault(form => names.All(name => form.QuerySelector($"[name='{name}']") is not null))
            ?? throw new InvalidOperationException($"{(int)Status} {Url} has no form with {string.Join(", ", names)}: {Document.Title}");
}
