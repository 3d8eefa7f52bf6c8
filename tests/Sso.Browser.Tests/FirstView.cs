using Microsoft.Playwright;

namespace Sso.Browser.Tests;

/// <summary>What the sign-in page weighs in a browser that has nothing of it yet.</summary>
internal static class FirstView
{
    private const int MostBytes = 60 * 1024;
    private const int MostRequests = 6;

    public static async Task<IReadOnlyList<string>> WeighAsync(Visitor anna)
    {
        await using var context = await Chromium.OpenAsync();
        var page = await context.NewPageAsync();
        var session = await context.NewCDPSessionAsync(page);
        await session.SendAsync("Network.enable");
        var (bytes, requests, fonts) = (0d, 0, 0);
        session.Event("Network.loadingFinished").OnEvent += (_, finished) =>
        {
            bytes += finished!.Value.GetProperty("encodedDataLength").GetDouble();
            requests++;
        };
        page.Request += (_, request) => fonts += request.ResourceType == "font" ? 1 : 0;
        await page.GotoAsync(anna.Demo.ClientArea + "/signin", new() { WaitUntil = WaitUntilState.Load });
        return bytes is > 0 and <= MostBytes && requests <= MostRequests && fonts == 0
            ? []
            : [$"The first view takes {bytes} bytes in {requests} requests, {fonts} of them for fonts"];
    }
}
