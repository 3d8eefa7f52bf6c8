using Sso.Server.Tests.Authorization;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>The budget of answers with an ID token, which a server must be switched on for.</summary>
public sealed class HybridBudgetTests(ServerWithIdTokenResponses fixture) : IClassFixture<ServerWithIdTokenResponses>
{
    [Fact]
    public async Task An_id_token_in_the_answer_costs_a_signature_and_the_row_by_which_its_application_hears_of_the_sign_out()
    {
        var shop = await fixture.Server.RegisterAsync("shop", client => client.AllowsIdTokenResponses = true);
        var browser = fixture.Server.OpenBrowser();
        await shop.SignInAsync(browser, await (await fixture.Server.AddPersonAsync("anna")).WithAppAsync());

        await CostsAsync("authorize with a code and an ID token", reads: 1, writes: 1, signatures: 1, () =>
            browser.GetAsync(shop.AuthorizeUrl(("response_type", "code id_token"))));
        await CostsAsync("authorize with an ID token alone", reads: 2, writes: 1, signatures: 1, () =>
            browser.GetAsync(shop.AuthorizeUrl(("response_type", "id_token"), ("code_challenge", null), ("code_challenge_method", null))));
    }

    private Task CostsAsync<T>(string name, int reads, int writes, int signatures, Func<Task<T>> request) =>
        RequestCosts.MeasureAsync(fixture.Server, name, (reads, writes, signatures), request);
}
