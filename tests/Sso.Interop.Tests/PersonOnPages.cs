using Sso.Testing;

namespace Sso.Interop.Tests;

/// <summary>
/// Somebody with an authenticator app, in a browser without script: does on each page of the server what the page asks for.
/// </summary>
internal sealed class PersonOnPages(SsoProcess sso, string userName, string password)
{
    private byte[] seed = [];

    public Browser Browser { get; } = BrowserAt(new Uri(sso.Issuer));

    /// <summary>
    /// A browser of its own for each site: one stops where it is sent to another. It says that it reads HTML: some programs take whoever
    /// does not for a script, and send no script anywhere to sign in.
    /// </summary>
    public static Browser BrowserAt(Uri home) => new(home, () => new OnThisComputer()) { Headers = { ("Accept", "text/html") } };

    /// <summary>To the first page on which there is nothing to prove or to set up.</summary>
    public async Task<Page> GoOnAsync(Page page)
    {
        for (var step = 0; step < 12; step++)
        {
            if (page.LeftSso)
            {
                return page;
            }

            switch (page.Path)
            {
                case "/signin":
                    page = await Browser.SubmitAsync(page, ("Input.UserName", userName), ("Input.Password", password));
                    break;
                case "/signin/enrol" or "/consent":
                    page = await Browser.SubmitAsync(page);
                    break;
                case "/account/mfa/method":
                    page = await Browser.SubmitAsync(page, ("Input.Method", "app"));
                    break;
                case "/account/mfa/app":
                    seed = AuthenticatorApp.SeedOf(page.Document.GetElementById("key")!.TextContent);
                    page = await Browser.SubmitAsync(page, ("Input.Code", AuthenticatorApp.Code(seed, TimeProvider.System.GetUtcNow())));
                    break;
                case "/account/mfa/recovery-codes":
                    page = await Browser.SubmitAsync(
                        page, ("Input.Code", page.Document.QuerySelectorAll("#codes li")[3].TextContent.Trim()));
                    break;
                default:
                    return page;
            }
        }

        throw new InvalidOperationException($"The pages do not end: {page.Url}");
    }

    /// <summary>Browsers take Secure cookies from this computer without TLS too, which the cookies of .NET do not.</summary>
    private sealed class OnThisComputer() : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer.Headers.TryGetValues("Set-Cookie", out var cookies))
            {
                string[] kept = [.. cookies.Select(cookie => cookie.Replace("; secure", "", StringComparison.OrdinalIgnoreCase))];
                answer.Headers.Remove("Set-Cookie");
                answer.Headers.TryAddWithoutValidation("Set-Cookie", kept);
            }

            return answer;
        }
    }
}
