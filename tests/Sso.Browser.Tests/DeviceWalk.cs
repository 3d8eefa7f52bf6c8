using System.Text.Json;

namespace Sso.Browser.Tests;

/// <summary>The pages on which a device is answered (RFC 8628 §3.3), by somebody who is signed in.</summary>
internal static class DeviceWalk
{
    public static async Task WalkAsync(Visitor anna, Gallery gallery)
    {
        using var television = new HttpClient { BaseAddress = new Uri(anna.Demo.Sso) };
        await anna.Page.GotoAsync(anna.Demo.Sso + "/device");
        await gallery.LookAsync(anna.Page, "device-empty");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "device-nothing-typed");
        await anna.Page.FillAsync("[name='Input.UserCode']", "BCDF-GHJK");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "device-wrong");
        await anna.Page.GotoAsync(await AskAsync(television));
        await gallery.LookAsync(anna.Page, "device-arrived");
        await anna.SubmitAsync();
        anna.IsAt("/device/confirm");
        await gallery.LookAsync(anna.Page, "device-confirm");
        var confirm = anna.Page.Url;
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "device-approved");
        await anna.Page.GotoAsync(confirm);
        await gallery.LookAsync(anna.Page, "device-late");
        await anna.Page.GotoAsync(await AskAsync(television));
        await anna.SubmitAsync();
        await anna.PressAsync("#deny button");
        await gallery.LookAsync(anna.Page, "device-denied");
    }

    /// <summary>The address that a television shows as a picture.</summary>
    private static async Task<string> AskAsync(HttpClient television)
    {
        using var form = new FormUrlEncodedContent([new("client_id", "televisore"), new("scope", "openid profile email offline_access")]);
        using var answer = await television.PostAsync(new Uri("/connect/device", UriKind.Relative), form);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("verification_uri_complete").GetString()!;
    }
}
