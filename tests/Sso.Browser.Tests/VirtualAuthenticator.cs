using Microsoft.Playwright;

namespace Sso.Browser.Tests;

/// <summary>Chromium's own authenticator for tests, as built into a device (WebAuthn Level 3 §11).</summary>
internal sealed class VirtualAuthenticator
{
    private readonly ICDPSession _session;
    private readonly string _id;

    private VirtualAuthenticator(ICDPSession session, string id) => (_session, _id) = (session, id);

    public static async Task<VirtualAuthenticator> PlugInAsync(IPage page)
    {
        // Chromium holds a ceremony only in the page that is in front.
        await page.BringToFrontAsync();
        var session = await page.Context.NewCDPSessionAsync(page);
        await session.SendAsync("WebAuthn.enable");
        var answer = await session.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = false,
            },
        });
        return new(session, answer!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>From the next ceremony on the person's finger is on the sensor, or is not.</summary>
    public Task TouchAsync(bool isThere) => SetAsync("WebAuthn.setAutomaticPresenceSimulation", "enabled", isThere);

    /// <summary>The finger is the right one, or is not.</summary>
    public Task RecogniseAsync(bool isOwner) => SetAsync("WebAuthn.setUserVerified", "isUserVerified", isOwner);

    private async Task SetAsync(string method, string name, bool value) =>
        await _session.SendAsync(method, new() { ["authenticatorId"] = _id, [name] = value });
}
