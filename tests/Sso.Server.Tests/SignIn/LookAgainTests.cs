using Microsoft.EntityFrameworkCore;
using Sso.Accounts.People;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>
/// Verifying takes time: what was verified against may be another when the proof is written, so it is looked at again. The sign-in stands
/// still between the two, while the account is changed on another node.
/// </summary>
[Spec("S6")]
public sealed class LookAgainTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string NewPassword = "un'altra frase, più lunga";
    private SsoServer _other = null!;

    public async ValueTask InitializeAsync()
    {
        await server.ForgetAttemptsAsync();
        _other = await server.StartSecondNodeAsync();
    }

    public async ValueTask DisposeAsync() => await _other.DisposeAsync();

    [Fact]
    public async Task The_former_password_signs_nobody_in_after_the_change()
    {
        var ada = await AdaAsync();
        var (owner, page) = await InAccountAsync(ada, "/account/password");
        var thief = _other.OpenBrowser();
        var door = await thief.GetAsync("/account");
        var answer = await OvertakenAsync("People", () => Journey.PasswordAsync(thief, door, ada), async () =>
            Assert.Contains(
                "changed=true",
                (await owner.SubmitAsync(page, ("Input.Current", SsoServer.Password), ("Input.Password", NewPassword))).Url.Query,
                StringComparison.Ordinal));
        Assert.Equal("/signin", answer.Path);
        Assert.Equal(1, await LivingAsync(ada));
    }

    [Fact]
    public async Task Who_is_disabled_while_the_password_is_compared_is_not_signed_in()
    {
        var ada = await AdaAsync();
        var browser = _other.OpenBrowser();
        var door = await browser.GetAsync("/account");
        await OvertakenAsync("People", () => Journey.PasswordAsync(browser, door, ada), () => DisableAsync(ada));
        Assert.Equal(0, await LivingAsync(ada));
    }

    [Fact]
    public async Task A_right_password_counts_although_a_sign_in_beside_it_renewed_the_hash()
    {
        var ada = await AdaAsync();
        var browser = _other.OpenBrowser();
        var door = await browser.GetAsync("/account");
        var answer = await OvertakenAsync("People", () => Journey.PasswordAsync(browser, door, ada), async () =>
        {
            await using var database = server.OpenDatabase();
            var renewed = Data.Secrets.PasswordHashing.Hash(SsoServer.Password);
            await database.Users.Where(row => row.Id == ada.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, renewed));
        });
        Assert.Equal("/signin/verify/app", answer.Path);
    }

    [Fact]
    public async Task A_right_current_password_is_not_called_wrong_because_a_sign_in_beside_it_renewed_the_hash()
    {
        var ada = await AdaAsync();
        var answer = await ChangeWhileAsync(ada, SsoServer.Password);
        Assert.Contains("changed=true", answer.Url.Query, StringComparison.Ordinal);
        var again = server.OpenBrowser();
        Assert.Equal(
            "/signin/verify/app", (await Journey.PasswordAsync(again, await again.GetAsync("/account"), ada, NewPassword)).Path);
    }

    [Fact]
    public async Task A_current_password_that_is_changed_while_it_is_compared_is_a_wrong_one()
    {
        var ada = await AdaAsync();
        var answer = await ChangeWhileAsync(ada, "quella di un altro momento");
        Assert.Contains("non è corretta", answer.Document.Body!.TextContent, StringComparison.Ordinal);
        var again = server.OpenBrowser();
        Assert.Equal("/signin", (await Journey.PasswordAsync(again, await again.GetAsync("/account"), ada, NewPassword)).Path);
    }

    [Fact]
    public async Task The_code_of_an_app_that_is_removed_while_it_is_compared_proves_nothing()
    {
        var ada = await (await AdaAsync()).WithPhoneAsync();
        var thief = _other.OpenBrowser();
        var page = await Journey.PasswordAsync(thief, await thief.GetAsync("/account"), ada);
        page = await thief.GetAsync(page.Url.AbsolutePath.Replace("choose", "app", StringComparison.Ordinal) + page.Url.Query);
        var code = await server.AppCodeAsync(ada.Id);
        await OvertakenAsync("SecondFactors", () => thief.SubmitAsync(page, ("Input.Code", code)), async () =>
        {
            await using var database = server.OpenDatabase();
            await database.SecondFactors.Where(row => row.PersonId == ada.Id && row.Method == ProofMethod.AuthenticatorApp)
                .ExecuteDeleteAsync();
        });
        Assert.False(await HasSecondFactorAsync(ada));
    }

    [Theory]
    [InlineData("app")]
    [InlineData("recovery")]
    public async Task A_code_that_is_compared_while_the_session_is_ended_elsewhere_proves_nothing(string method)
    {
        var ada = await AdaAsync();
        var codes = await RecoveryCodeAsync(ada);
        var thief = _other.OpenBrowser();
        var page = await Journey.PasswordAsync(thief, await thief.GetAsync("/account"), ada);
        page = await thief.GetAsync($"/signin/verify/{method}{page.Url.Query}");
        var typed = method == "app" ? await server.AppCodeAsync(ada.Id) : codes;
        await OvertakenAsync("Sessions", () => thief.SubmitAsync(page, ("Input.Code", typed)), async () =>
        {
            await DisableAsync(ada);
            await using var database = server.OpenDatabase();
            await new EnablePerson(database, server.Clock).ExecuteAsync(ada.UserName, CancellationToken.None);
        });
        Assert.Equal(0, await LivingAsync(ada));
        Assert.Equal("/signin", (await thief.GetAsync("/account")).Path);
    }

    [Fact]
    public async Task A_mailed_link_is_void_when_the_owner_changes_the_password_while_the_new_one_is_hashed()
    {
        var ada = await AdaAsync();
        var (owner, page) = await InAccountAsync(ada, "/account/password");
        var thief = _other.OpenBrowser();
        await thief.SubmitAsync(await thief.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        var text = (await ada.MailsAsync())[0].Text;
        var form = await thief.GetAsync(text.Split().Single(word => word.Contains("/password/reset?", StringComparison.Ordinal)));
        var answer = await OvertakenAsync(
            "MailedLinks", () => thief.SubmitAsync(form, ("Input.Password", "la frase di un ladro, lunga")),
            () => owner.SubmitAsync(page, ("Input.Current", SsoServer.Password), ("Input.Password", NewPassword)));
        Assert.NotEqual("/password/done", answer.Path);
        var again = server.OpenBrowser();
        Assert.Equal(
            "/signin/verify/app", (await Journey.PasswordAsync(again, await again.GetAsync("/account"), ada, NewPassword)).Path);
    }

    [Fact]
    public async Task A_new_password_whose_session_is_ended_meanwhile_leads_to_the_sign_in_and_calls_nothing_wrong()
    {
        var (ada, now) = (await AdaAsync(), server.Clock.GetUtcNow());
        var owner = _other.OpenBrowser();
        await Journey.SignInAsync(owner, ada, "/account");
        var page = await owner.GetAsync("/account/password");
        var answer = await OvertakenAsync(
            "People", () => owner.SubmitAsync(page, ("Input.Current", SsoServer.Password), ("Input.Password", NewPassword)), async () =>
            {
                await using var database = server.OpenDatabase();
                await database.Sessions.Where(row => row.PersonId == ada.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.EndedAt, now));
            });
        Assert.Equal("/signin", answer.Path);
        Assert.DoesNotContain("non è corretta", answer.Document.Body!.TextContent, StringComparison.Ordinal);
        var again = server.OpenBrowser();
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(again, await again.GetAsync("/account"), ada)).Path);
    }

    /// <summary>The owner changes the password, and while it is compared another hash is stored, of this one.</summary>
    private async Task<Page> ChangeWhileAsync(Customer ada, string stored)
    {
        var owner = _other.OpenBrowser();
        await Journey.SignInAsync(owner, ada, "/account");
        var page = await owner.GetAsync("/account/password");
        return await OvertakenAsync(
            "People", () => owner.SubmitAsync(page, ("Input.Current", SsoServer.Password), ("Input.Password", NewPassword)), async () =>
            {
                await using var database = server.OpenDatabase();
                var hash = Data.Secrets.PasswordHashing.Hash(stored);
                await database.Users.Where(row => row.Id == ada.Id)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, hash));
            });
    }

    private async Task<Page> OvertakenAsync(string table, Func<Task<Page>> request, Func<Task> change)
    {
        using var standstill = new Standstill(server.Database.Name);
        standstill.After(table);
        var running = Task.Run(request);
        Assert.True(await standstill.ReachedBeforeAsync(running), "the request never read");
        await change();
        standstill.Release();
        return await running;
    }

    private async Task<Customer> AdaAsync() => await (await server.AddPersonAsync("ada")).WithAppAsync();

    private async Task<(Browser Browser, Page Page)> InAccountAsync(Customer ada, string path)
    {
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        return (browser, await browser.GetAsync(path));
    }

    private async Task DisableAsync(Customer ada)
    {
        await using var database = server.OpenDatabase();
        await new DisablePerson(database, server.Clock).ExecuteAsync(ada.UserName, CancellationToken.None);
    }

    private async Task<int> LivingAsync(Customer ada)
    {
        await using var database = server.OpenDatabase();
        return await database.Sessions.CountAsync(row => row.PersonId == ada.Id && row.EndedAt == null);
    }

    private async Task<bool> HasSecondFactorAsync(Customer ada)
    {
        await using var database = server.OpenDatabase();
        return (await database.Sessions.AsNoTracking().Where(row => row.PersonId == ada.Id).ToListAsync())
            .Any(row => row.Proofs.Any(proof => ProofMethods.SecondFactors.Contains(proof.Method)));
    }

    /// <summary>A code of a set that is stored without going through the pages.</summary>
    private async Task<string> RecoveryCodeAsync(Customer ada)
    {
        var code = Data.Factors.Base32.Encode(System.Security.Cryptography.RandomNumberGenerator.GetBytes(15));
        await using var database = server.OpenDatabase();
        database.RecoveryCodes.Add(new()
        {
            Hash = System.Security.Cryptography.SHA256.HashData(
                [.. ada.Id.ToByteArray(bigEndian: true), .. System.Text.Encoding.ASCII.GetBytes(code)]),
            PersonId = ada.Id,
            CreatedAt = server.Clock.GetUtcNow(),
        });
        await database.SaveChangesAsync();
        return code;
    }
}
