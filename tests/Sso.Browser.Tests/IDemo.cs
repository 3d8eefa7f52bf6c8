namespace Sso.Browser.Tests;

/// <summary>The demo of the README, ready to be visited.</summary>
internal interface IDemo : IAsyncDisposable
{
    string ClientArea { get; }

    string Sso { get; }

    string UserName { get; }

    string Password { get; }

    /// <summary>The page that shows the text messages.</summary>
    string Phone { get; }
}
