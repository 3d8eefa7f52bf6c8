namespace Sso.Server.Authorization;

/// <summary>An authorization request on its way through the pages, and the handle that carries it.</summary>
internal sealed record Flow(string Handle, AuthorizationRequest Request)
{
    /// <summary>The account area's own request: it ends on one of our pages and gives no code.</summary>
    public bool IsAccountArea => Request.Client.Id == AccountArea.ClientId;

    /// <summary>A request of our own pages, whichever.</summary>
    public bool IsOurs => OwnArea.IsOne(Request.Client.Id);

    /// <summary>The answer to another device, likewise.</summary>
    public bool AnswersAt(string page) => Request.WaitingId is not null && new Uri(Request.RedirectUri.Value).AbsolutePath == page;

    public string ClientName => Request.Client.Name;

    /// <summary>The host, or the scheme of an installed application, to which the browser goes with the answer.</summary>
    public string RedirectHost =>
        new Uri(Request.RedirectUri.Value) is { IdnHost.Length: > 0 } uri ? uri.IdnHost : new Uri(Request.RedirectUri.Value).Scheme;
}
