using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>oidcc-formpost-basic-certification-test-plan: the same modules, and answers come by a form that posts itself.</summary>
[OneDatabase]
[Spec("FP01")]
public sealed class FormPostPlanTests(SsoServerWithPeer fixture) : BasicPlan(fixture, isFormPost: true), IClassFixture<SsoServerWithPeer>
{
    [Fact]
    [Spec("FP02")]
    public async Task The_page_is_one_plain_form_one_tiny_script_and_a_button()
    {
        var suite = await CertificationClient.RegisterAsync(Server, isFormPost: true);
        await suite.AuthorizeAsync(await CertifiedPerson.AddAsync(Server));

        var page = await suite.Browser.GetAsync(suite.Url());

        var script = Assert.Single(page.Document.Scripts);
        Assert.Equal("document.forms[0].submit();", script.Text);
        var form = Assert.Single(page.Document.Forms);
        // Without the nonce the browser would not run the script; form-action would stop it wherever the application goes on.
        var policy = page.Headers["Content-Security-Policy"];
        Assert.Contains($"'nonce-{Assert.IsType<string>(script.GetAttribute("nonce"))}'", policy, StringComparison.Ordinal);
        Assert.StartsWith("https://", form.GetAttribute("action"), StringComparison.Ordinal);
        Assert.DoesNotContain("form-action", policy, StringComparison.Ordinal);
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
        var callback = Callback.Of(await suite.Browser.CancelAsync(page), isFormPost: true);
        Standard.ErrorCallback(callback);
        Assert.Equal(("access_denied", "s-1"), (callback["error"], callback["state"]));
    }
}
