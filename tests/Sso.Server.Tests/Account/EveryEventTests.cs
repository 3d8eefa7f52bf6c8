using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>Every event that can be made, with every method: what its row holds, and what owner and operator see of it.</summary>
[Spec("S131")]
public sealed class EveryEventTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Client = "negozio";

    /// <summary>By the names of their factories, with a constant where the factory takes no method.</summary>
    internal static Dictionary<string, (Func<Case, SecurityEvent> Make, ProofMethod? Always)> Factories { get; } = new()
    {
        [nameof(SecurityEvent.SignedIn)] =
            (it => SecurityEvent.SignedIn(it.At, it.Person, it.Session, it.Client, "192.0.2.7", [ProofMethod.Password, it.Method]), null),
        [nameof(SecurityEvent.SignedOut)] = (it => SecurityEvent.SignedOut(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.PasswordProved)] =
            (it => SecurityEvent.PasswordProved(it.At, it.Person, it.Session, it.Client), null),
        [nameof(SecurityEvent.PasswordFailed)] =
            (it => SecurityEvent.PasswordFailed(it.At, it.Person, it.Client, "wrong", ("Firefox", "Windows")), null),
        [nameof(SecurityEvent.CurrentPasswordFailed)] = (it => SecurityEvent.CurrentPasswordFailed(it.At, it.Person), null),
        [nameof(SecurityEvent.SecondFactorProved)] =
            (it => SecurityEvent.SecondFactorProved(it.At, it.Person, it.Session, it.Client, it.Method), null),
        [nameof(SecurityEvent.RecoveryCodeUsed)] =
            (it => SecurityEvent.RecoveryCodeUsed(it.At, it.Person, it.Session, it.Client), ProofMethod.RecoveryCode),
        [nameof(SecurityEvent.SecondFactorFailed)] =
            (it => SecurityEvent.SecondFactorFailed(it.At, it.Person, it.Session, it.Client, it.Method, "wrong"), null),
        [nameof(SecurityEvent.PasskeyFailed)] =
            (it => SecurityEvent.PasskeyFailed(it.At, it.Person, it.Client, "disabled"), ProofMethod.Passkey),
        [nameof(SecurityEvent.SecondFactorEnrolled)] =
            (it => SecurityEvent.SecondFactorEnrolled(it.At, it.Person, it.Session, it.Client, it.Method), null),
        [nameof(SecurityEvent.FactorsReplaced)] =
            (it => SecurityEvent.FactorsReplaced(it.At, it.Person, it.Session, it.Client, it.Method), null),
        [nameof(SecurityEvent.LostFactorReported)] =
            (it => SecurityEvent.LostFactorReported(it.At, it.Person, it.Session, it.Client), ProofMethod.Password),
        [nameof(SecurityEvent.LostFactorLinkUsed)] = (it => SecurityEvent.LostFactorLinkUsed(it.At, it.Person), null),
        [nameof(SecurityEvent.LostFactorStopped)] = (it => SecurityEvent.LostFactorStopped(it.At, it.Person, "by mail"), null),
        [nameof(SecurityEvent.DeviceTrusted)] = (it => SecurityEvent.DeviceTrusted(it.At, it.Person), null),
        [nameof(SecurityEvent.DeviceForgotten)] = (it => SecurityEvent.DeviceForgotten(it.At, it.Person), null),
        [nameof(SecurityEvent.DeviceCopied)] = (it => SecurityEvent.DeviceCopied(it.At, it.Person), null),
        [nameof(SecurityEvent.ConsentGiven)] =
            (it => SecurityEvent.ConsentGiven(it.At, it.Person, it.Session, it.Client, ["openid", "email"]), null),
        [nameof(SecurityEvent.ConsentRefused)] =
            (it => SecurityEvent.ConsentRefused(it.At, it.Person, it.Session, it.Client, ["openid"]), null),
        [nameof(SecurityEvent.PasswordResetRequested)] = (it => SecurityEvent.PasswordResetRequested(it.At, it.Person), null),
        [nameof(SecurityEvent.PasswordChanged)] = (it => SecurityEvent.PasswordChanged(it.At, it.Person), null),
        [nameof(SecurityEvent.AccountSecured)] = (it => SecurityEvent.AccountSecured(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.RecoveryCodesCreated)] = (it => SecurityEvent.RecoveryCodesCreated(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.SecondFactorRemoved)] =
            (it => SecurityEvent.SecondFactorRemoved(it.At, it.Person, it.Session, it.Method), null),
        [nameof(SecurityEvent.TwoFactorDisabled)] = (it => SecurityEvent.TwoFactorDisabled(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.SessionEnded)] = (it => SecurityEvent.SessionEnded(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.OtherSessionsEnded)] = (it => SecurityEvent.OtherSessionsEnded(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.AppRevoked)] = (it => SecurityEvent.AppRevoked(it.At, it.Person, it.Session, it.Client), null),
        [nameof(SecurityEvent.EmailChangeRequested)] = (it => SecurityEvent.EmailChangeRequested(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.EmailChanged)] = (it => SecurityEvent.EmailChanged(it.At, it.Person), null),
        [nameof(SecurityEvent.NumberChanged)] =
            (it => SecurityEvent.NumberChanged(it.At, it.Person, it.Session), ProofMethod.TextMessage),
        [nameof(SecurityEvent.ContactsChanged)] =
            (it => SecurityEvent.ContactsChanged(it.At, it.Person, it.Session), ProofMethod.TextMessage),
        [nameof(SecurityEvent.ContactsRestored)] = (it => SecurityEvent.ContactsRestored(it.At, it.Person, ContactKind.Email), null),
        [nameof(SecurityEvent.DataExported)] = (it => SecurityEvent.DataExported(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.DeletionRequested)] = (it => SecurityEvent.DeletionRequested(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.DeletionCalledOff)] = (it => SecurityEvent.DeletionCalledOff(it.At, it.Person, it.Session), null),
        [nameof(SecurityEvent.PersonDeleted)] = (it => SecurityEvent.PersonDeleted(it.At, it.Person, "by its owner"), null),
        [nameof(SecurityEvent.ClientChanged)] = (it => SecurityEvent.ClientChanged(it.At, it.Client, "changed", []), null),
        [nameof(SecurityEvent.RegistrationTokenChanged)] = (it => SecurityEvent.RegistrationTokenChanged(it.At, "partner", "added"), null),
        [nameof(SecurityEvent.ResourceChanged)] = (it => SecurityEvent.ResourceChanged(it.At, "https://api.example", "added"), null),
        [nameof(SecurityEvent.BrandChanged)] = (it => SecurityEvent.BrandChanged(it.At, "acme", "added"), null),
        [nameof(SecurityEvent.PersonChanged)] = (it => SecurityEvent.PersonChanged(it.At, it.Person, "disabled", []), null),
        [nameof(SecurityEvent.PeopleImported)] = (it => SecurityEvent.PeopleImported(it.At, "begun", [], "command:root"), null),
        [nameof(SecurityEvent.BackupTaken)] = (it => SecurityEvent.BackupTaken(it.At, "begun", []), null),
        [nameof(SecurityEvent.DatabaseRestored)] = (it => SecurityEvent.DatabaseRestored(it.At, []), null),
        [nameof(SecurityEvent.PersonRead)] = (it => SecurityEvent.PersonRead(it.At, it.Person, "command:root"), null),
        [nameof(SecurityEvent.TokensPreviewed)] =
            (it => SecurityEvent.TokensPreviewed(it.At, it.Person, it.Client, "command:root"), null),
        [nameof(SecurityEvent.ClientRead)] = (it => SecurityEvent.ClientRead(it.At, it.Client), null),
        [nameof(SecurityEvent.ClientsListed)] = (it => SecurityEvent.ClientsListed(it.At), null),
        [nameof(SecurityEvent.EventsRead)] = (it => SecurityEvent.EventsRead(it.At), null),
        [nameof(SecurityEvent.EventsSearched)] = (it => SecurityEvent.EventsSearched(it.At, []), null),
        [nameof(SecurityEvent.EventsExported)] = (it => SecurityEvent.EventsExported(it.At, []), null),
        [nameof(SecurityEvent.ResourcesRead)] = (it => SecurityEvent.ResourcesRead(it.At), null),
        [nameof(SecurityEvent.WebhooksRead)] = (it => SecurityEvent.WebhooksRead(it.At), null),
        [nameof(SecurityEvent.PeopleListed)] = (it => SecurityEvent.PeopleListed(it.At, "list", []), null),
        [nameof(SecurityEvent.KeysRotated)] = (it => SecurityEvent.KeysRotated(it.At), null),
        [nameof(SecurityEvent.KeysRotatedByOperator)] = (it => SecurityEvent.KeysRotatedByOperator(it.At, atOnce: true, []), null),
        [nameof(SecurityEvent.SecretsRenewed)] = (it => SecurityEvent.SecretsRenewed(it.At, "secrets renewed"), null),
        [nameof(SecurityEvent.KeyRevoked)] = (it => SecurityEvent.KeyRevoked(it.At, "RS256", []), null),
        [nameof(SecurityEvent.ClientRefused)] = (it => SecurityEvent.ClientRefused(it.At, it.Client, "wrong secret"), null),
        [nameof(SecurityEvent.GrantRefused)] =
            (it => SecurityEvent.GrantRefused(it.At, it.Client, "authorization_code", "not a code of ours"), null),
        [nameof(SecurityEvent.RedirectUriRefused)] =
            (it => SecurityEvent.RedirectUriRefused(it.At, it.Client, "https://x.example", registered: null), null),
        [nameof(SecurityEvent.RequestRefused)] =
            (it => SecurityEvent.RequestRefused(it.At, it.Client, "openid x", "scope-unregistered"), null),
        [nameof(SecurityEvent.CodeReused)] = (it => SecurityEvent.CodeReused(it.At, it.Person, it.Session, it.Client), null),
        [nameof(SecurityEvent.RefreshTokenReused)] =
            (it => SecurityEvent.RefreshTokenReused(it.At, it.Person, it.Session, it.Client), null),
        [nameof(SecurityEvent.AddressLimited)] = (it => SecurityEvent.AddressLimited(it.At, "names"), null),
        [nameof(SecurityEvent.ValueRefused)] = (it => SecurityEvent.ValueRefused(it.At, "SecondFactors.Protected"), null),
        [nameof(SecurityEvent.WebhookChanged)] = (it => SecurityEvent.WebhookChanged(it.At, "wh_1", "added", []), null),
        [nameof(SecurityEvent.DeliveryChanged)] = (it => SecurityEvent.DeliveryChanged(it.At, "route twilio resumed"), null),
        [nameof(SecurityEvent.EventsDeleted)] = (it => SecurityEvent.EventsDeleted(it.At, 1, 7, it.At), null),
    };

    public static TheoryData<ProofMethod> Methods => [.. Enum.GetValues<ProofMethod>()];

    private static IEnumerable<MethodInfo> Makers => typeof(SecurityEvent)
        .GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(method => method.ReturnType == typeof(SecurityEvent) && !method.IsPrivate);

    [Fact]
    public void Every_factory_and_every_kind_is_here()
    {
        Assert.Equal(Makers.Select(method => method.Name).Order(), Factories.Keys.Order());
        Assert.Equal(
            Enum.GetValues<SecurityEventKind>(),
            Factories.Values.Select(factory => factory.Make(new(DateTimeOffset.UnixEpoch, default, default, Client, default)).Kind)
                .Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_row_holds_methods_and_browsers_in_their_own_columns_and_nowhere_else(ProofMethod method)
    {
        foreach (var maker in Makers)
        {
            var (make, always) = Factories[maker.Name];
            var item = make(new(DateTimeOffset.UnixEpoch, default, default, Client, method));
            var parameters = maker.GetParameters().Select(parameter => parameter.ParameterType).ToList();

            Assert.Equal((maker.Name, parameters.Contains(typeof(ProofMethod)) ? method : always), (maker.Name, item.Method));
            Assert.Equal(
                (maker.Name, parameters.Contains(typeof(IEnumerable<ProofMethod>))
                    ? ProvedMethods.Of([ProofMethod.Password, method])
                    : null),
                (maker.Name, item.Methods));
            Assert.Equal(
                (maker.Name, maker.Name == nameof(SecurityEvent.PasswordFailed) ? ("Firefox", "Windows") : ((string?)null, (string?)null)),
                (maker.Name, (item.Browser, item.BrowserSystem)));
            Assert.DoesNotContain(item.Detail, Enum.GetNames<ProofMethod>());
            Assert.DoesNotContain("Firefox", $"{item.Detail}", StringComparison.Ordinal);
            Assert.Equal(item.Detail, EventFacts.Of(item).Detail);
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task Owner_and_operator_see_each_as_what_it_is(ProofMethod method)
    {
        var (shop, ada) = (await server.RegisterAsync(Client), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var events = await RecordAsync(ada, shop, method);
        var own = events.Where(item => item.PersonId == ada.Id).Reverse().ToList();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");

        var page = await browser.GetAsync("/account/activity");
        // The line before is this sign-in.
        Assert.Equal(
            own.Select(About),
            page.Document.QuerySelectorAll(".what").Skip(1).Select(line => line.QuerySelector("small")?.TextContent ?? ""));

        var sheet = (await browser.GetAsync("/account/activity?handler=csv")).Text;
        Assert.All(own, item => Assert.Matches($"\"{Second(item)}\",\"[^\"]+\",\"{Words(EventFacts.Of(item).Named)}\"", sheet));

        using var export = JsonDocument.Parse((await browser.SubmitAsync(await browser.GetAsync("/account/data"), "download", [])).Text);
        var told = export.RootElement.GetProperty("activity").EnumerateArray().ToDictionary(
            line => (line.GetProperty("what").GetString(), line.GetProperty("at").GetDateTimeOffset()), Told);
        Assert.All(own, item => Assert.Equal(Told(item), told[(item.Kind.ToString(), item.At)]));

        await server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);
        Assert.Equal(0, (await CommandAsync("audit", "verify")).Code);
        var refusals = (await CommandAsync("client", "refusals", shop.Id, "--hours", "8784", "--json")).Json.EnumerateArray()
            .Select(line => $"{line.GetProperty("kind").GetString()} {Text(line, "detail")} {Text(line, "reason")}").Order();
        Assert.Equal(
            [
                "client-refused - wrong secret", "code-reused - -", "grant-refused authorization_code not a code of ours",
                "redirect-uri-refused https://x.example none registered", "refresh-token-reused - -",
                "request-refused openid x scope-unregistered",
            ],
            refusals);
    }

    /// <summary>One of each, a second apart and each in a session of its own, as rows that were read again.</summary>
    private async Task<List<SecurityEvent>> RecordAsync(Customer ada, RelyingParty shop, ProofMethod method)
    {
        var first = server.Clock.GetUtcNow().AddHours(-1);
        first = first.AddTicks(-(first.Ticks % TimeSpan.TicksPerSecond));
        var made = Factories.Values.Select((factory, index) =>
            factory.Make(new(first.AddSeconds(index), ada.Id, Guid.CreateVersion7(first.AddSeconds(index)), shop.Id, method))).ToList();
        await using (var database = server.OpenDatabase())
        {
            database.SecurityEvents.AddRange(made);
            await database.SaveChangesAsync();
        }

        var ids = made.Select(item => item.Id).ToList();
        await using var context = server.OpenDatabase();
        var read = await context.SecurityEvents.AsNoTracking().Where(item => ids.Contains(item.Id)).OrderBy(item => item.At).ToListAsync();
        Assert.Equal(
            made.Select(item => (item.Kind, item.Method, item.Methods, item.Browser, item.BrowserSystem, item.Detail)),
            read.Select(item => (item.Kind, item.Method, item.Methods, item.Browser, item.BrowserSystem, item.Detail)));
        return read;
    }

    private Task<CommandResult> CommandAsync(params string[] arguments) => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}",
            $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
        ],
        "",
        arguments);

    /// <summary>What stands under the title of a line: by which way, to which application, from which browser and address.</summary>
    private static string About(SecurityEvent item) => string.Join(" · ", new[]
    {
        item.Kind == SecurityEventKind.PasswordProved ? Words(ProofMethod.Password) : Words(EventFacts.Of(item).Named),
        item.ClientId is null || item.Kind == SecurityEventKind.SignedIn ? "" : Client,
        item.Browser is null ? "" : "Firefox su Windows",
        item.Address ?? "",
    }.Where(part => part.Length > 0));

    /// <summary>A trusted browser spares a proof and is none: the line names the password beside it, or nothing.</summary>
    private static string Words(ProofMethod? method) => method switch
    {
        ProofMethod.Password => "Password",
        ProofMethod.AuthenticatorApp => "App Authenticator",
        ProofMethod.TextMessage => "SMS Verificato",
        ProofMethod.RecoveryCode => "Codici di recupero",
        ProofMethod.Passkey => "Passkey",
        ProofMethod.MailCode => "Codice via e\u2011mail",
        _ => "",
    };

    private static string Told(SecurityEvent item) => string.Join(
        '|',
        string.Join(' ', item.Method is { } method ? [method] : item.Methods?.Each ?? []),
        item.Browser ?? "-", item.BrowserSystem ?? "-", item.Detail ?? "-", item.Reason ?? "-");

    private static string Told(JsonElement line) => string.Join(
        '|',
        line.TryGetProperty("methods", out var methods)
            ? string.Join(' ', methods.EnumerateArray().Select(method => method.GetString()))
            : "",
        Text(line, "browser"), Text(line, "system"), Text(line, "detail"), Text(line, "reason"));

    private static string Text(JsonElement line, string member) =>
        line.TryGetProperty(member, out var value) && value.GetString() is { } text ? text : "-";

    private static string Second(SecurityEvent item) =>
        item.At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    internal sealed record Case(DateTimeOffset At, Guid Person, Guid Session, string Client, ProofMethod Method);
}
