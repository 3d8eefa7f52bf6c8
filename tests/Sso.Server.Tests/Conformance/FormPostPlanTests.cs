using Microsoft.AspNetCore.WebUtilities;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>oidcc-formpost-basic-certification-test-plan: the same modules, and answers come by a form that posts itself.</summary>
[Spec("FP01")]
public sealed class FormPostPlanTests(SsoServer server) : BasicPlan(server, isFormPost: true), IClassFixture<SsoServer>
{
    [Fact]
    [Spec("FP02")]
    public async Task The_page_is_one_plain_form_one_tiny_script_and_a_button()
    {
        var suite = await CertificationClient.RegisterAsync(Server, isFormPost: true);
        await suite.AuthorizeAsync(await CertifiedPerson.AddAsync(Server));

        var page = await suite.Browser.GetAsync(suite.Url());

        Assert.Equal("document.forms[0].submit();", Assert.Single(page.Document.Scripts).Text);
        var form = Assert.Single(page.Document.Forms);
        Assert.All(form.QuerySelectorAll("input"), input => Assert.Equal("hidden", input.GetAttribute("type")));
        // A control named submit would hide the method of that name.
        Assert.Empty(form.QuerySelectorAll("[name=submit]"));
        Assert.False(string.IsNullOrWhiteSpace(form.QuerySelector("button[type=submit]")!.TextContent));
    }

    [Fact]
    [Spec("FP03")]
    public async Task A_refused_request_and_a_cancelled_sign_in_come_by_form_too()
    {
        var suite = await CertificationClient.RegisterAsync(Server, isFormPost: true);

        Assert.Equal("invalid_scope", (await suite.AuthorizeSilentlyAsync(("scope", "openid unknown")))["error"]);

        var page = await suite.Browser.GetAsync(suite.Url(("state", "s-1")));
        var token = page.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        var cancel = QueryHelpers.AddQueryString("/signin?handler=cancel", "flow", page.Parameter("flow")!);
        var callback = Callback.Of(await suite.Browser.PostAsync(cancel, [new("__RequestVerificationToken", token)]), isFormPost: true);
        Standard.ErrorCallback(callback);
        Assert.Equal(("access_denied", "s-1"), (callback["error"], callback["state"]));
    }
}
