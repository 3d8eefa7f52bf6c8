using System.Net;
using Sso.Plain;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>
/// Sso and plain OpenIddict: a test takes the same steps on both and tells what each does, so it is proved that it would fail on an engine
/// that is only OpenIddict.
/// </summary>
public sealed class TwoServers : IAsyncLifetime
{
    public SsoSide Sso { get; } = new(new());

    public PlainSide Plain { get; private set; } = null!;

    /// <summary>The plain one with our extensions, and nothing else of Sso.</summary>
    public PlainSide Extended { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        await Sso.Server.InitializeAsync();
        Plain = await PlainSide.StartAsync();
        Extended = await PlainSide.StartAsync(options => options.AddSsoExtensions());
    }

    public async ValueTask DisposeAsync()
    {
        await Extended.DisposeAsync();
        await Plain.DisposeAsync();
        await Sso.DisposeAsync();
    }

    /// <summary>The outcome as a pair that reads well in an assertion: no error when the request was granted.</summary>
    public static (HttpStatusCode Status, string? Error) Outcome(TokenAnswer answer) => (answer.Status, answer.Error);
}
