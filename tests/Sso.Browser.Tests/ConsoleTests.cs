using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Playwright;
using Sso.Accounts.Administrators;
using Sso.Accounts.Imports;
using Sso.Admin.Brands;
using Sso.Admin.Outgoing;
using Sso.Data.Administrators;
using Sso.Data.Delivery;
using Sso.Data.Imports;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>From the link of the terminal to an application that signs people in, and every page of the console on the way.</summary>
public sealed class ConsoleTests
{
    [Fact]
    [Spec("U01")]
    [Spec("U15")]
    [Spec("U58")]
    public async Task Nothing_is_found_by_axe_and_by_our_own_checks_in_either_language()
    {
        var flaws = await Task.WhenAll(((string[])["it", "en"]).Select(language => Task.Run(() => WalkAsync(language))));
        Assert.True(flaws.All(found => found.Count == 0), string.Join('\n', flaws.SelectMany(found => found)));
    }

    private static async Task<IReadOnlyCollection<string>> WalkAsync(string language)
    {
        await using var server = new SsoServer
        {
            Url = $"http://localhost:{FreePorts.Take()}",
            Settings = ["--Console:TwoPeople=true"],
            MoreServices = services => services.Replace(
                ServiceDescriptor.Singleton<NameLookup>((_, _) => Task.FromResult<IPAddress[]>([]))),
        };
        await server.InitializeAsync();
        await using var profile = await Chromium.OpenAsync(new() { Locale = language, ReducedMotion = ReducedMotion.Reduce });
        var page = await profile.NewPageAsync();
        var gallery = new Gallery(language);
        await BecomeOwnerAsync(server, page, gallery);
        await AddApplicationAsync(server, page, gallery);
        await LookAroundAsync(server, page, gallery);
        return gallery.Flaws;
    }

    private static async Task BecomeOwnerAsync(SsoServer server, IPage page, Gallery gallery)
    {
        await page.GotoAsync(server.Url + "/console/setup?link=none");
        await gallery.LookAsync(page, "console-setup-dead");
        await using (var scope = server.App.Services.CreateAsyncScope())
        {
            var link = await scope.ServiceProvider.GetRequiredService<FirstAdministrator>().MakeLinkAsync(CancellationToken.None);
            await page.GotoAsync($"{server.Url}/console/setup?link={link}");
        }

        await gallery.LookAsync(page, "console-setup-empty");
        await PressAsync(page);
        await gallery.LookAsync(page, "console-setup-nothing-typed");
        await page.FillAsync("[name='Input.Email']", "marco@example.it");
        await page.FillAsync("[name='Input.UserName']", "marco");
        await page.FillAsync("[name='Input.Name']", "Marco Rossi");
        await page.FillAsync("[name='Input.Password']", SsoServer.Password);
        await PressAsync(page);
        await page.ArriveAsync(at => at.AbsolutePath == "/signin/enrol");
        await gallery.LookAsync(page, "console-enrol");
        await PressAsync(page);
        await page.CheckAsync("[value=app]");
        await PressAsync(page);
        await using var database = server.OpenDatabase();
        await page.FillAsync("[name='Input.Code']", await server.AppCodeAsync((await database.Users.SingleAsync()).Id));
        await PressAsync(page);
        await page.FillAsync("[name='Input.Code']", await page.InnerTextAsync("#codes li"));
        await PressAsync(page);
        await page.ArriveAsync(at => at.AbsolutePath == "/console");
        await gallery.LookAsync(page, "console-overview-empty");
    }

    private static async Task AddApplicationAsync(SsoServer server, IPage page, Gallery gallery)
    {
        // Without any application, the list is the form.
        await page.GotoAsync(server.Url + "/console/applications");
        await page.ArriveAsync(at => at.AbsolutePath == "/console/applications/add");
        await gallery.LookAsync(page, "console-add-empty");
        await page.FillAsync("[name='Input.Name']", "Webmail");
        await page.SelectOptionAsync("#stack", "aspnetcore");
        await page.FillAsync("[name='Input.Address']", "https://webmail.example");
        await PressAsync(page, "button[formaction]");
        await gallery.LookAsync(page, "console-add-proposed");
        await page.FillAsync("[name='Input.RedirectUris']", "http://webmail.example/*");
        await PressAsync(page);
        await gallery.LookAsync(page, "console-add-wrong");
        await page.FillAsync("[name='Input.RedirectUris']", "https://webmail.example/signin-oidc");
        await PressAsync(page);
        await page.ArriveAsync(at => at.AbsolutePath == "/console/applications/added");
        await gallery.LookAsync(page, "console-added");
    }

    /// <summary>Where there is one, the form of an application has a field more.</summary>
    private static async Task StoreBrandAsync(SsoServer server)
    {
        await using var database = server.OpenDatabase();
        database.Brands.Add(new() { Id = "collina", Name = "Collina", Accent = "#1f6f8b", CreatedAt = server.Clock.GetUtcNow() });
        await database.SaveChangesAsync();
        await server.App.Services.GetRequiredService<BrandDirectory>().LoadAsync(CancellationToken.None);
    }

    private static async Task LookAroundAsync(SsoServer server, IPage page, Gallery gallery)
    {
        await server.ReloadAsync();
        using var stranger = server.Backchannel();
        await stranger.GetAsync("/connect/authorize?client_id=webmail&redirect_uri=https://webmail.example/signin&response_type=code");
        var bills = await server.RegisterAsync("Fatturazione", client =>
        {
            client.SecretExpiresAt = server.Clock.GetUtcNow().AddDays(6);
            client.RedirectUris = [.. client.RedirectUris, "http://localhost:5000/cb", "https://app.exmaple.com/cb"];
            client.BackchannelLogoutUri = "https://app.exmaple.com/logout";
        });
        await HappenAsync(server);
        await StoreBrandAsync(server);
        foreach (var (path, name) in ((string, string)[])
        [
            ("", "overview"), ("/applications", "applications"), ("/applications?q=nirgends", "applications-none"),
            ("/application?id=webmail", "application"), ("/application/change?id=webmail", "change"),
            ("/application/try?id=webmail", "try"), ("/application/preview?id=webmail", "preview"),
            ("/application/secrets?id=webmail", "secrets"), ("/application/activity?id=webmail", "activity"),
            ("/application/danger?id=webmail", "danger"), ("/people", "people"), ("/people?q=marco", "people-found"),
            ("/keys", "keys"), ("/audit", "audit"), ("/audit?kind=PasswordFailed&person=marco", "audit-found"),
            ("/audit?person=nessuno", "audit-nobody"), ("/application/doctor?id=webmail", "doctor"), ("/limits", "limits"),
            ("/texts", "texts"), ("/texts/log", "texts-log"), ("/texts/log?digits=99", "texts-log-none"), ("/texts/mails", "texts-mails"),
            ("/webhooks", "webhooks"), ("/webhook?webhook=wh_prova", "webhook"), ("/webhook?webhook=wh_spento", "webhook-off"),
            ("/settings", "settings"), ("/administrators", "administrators"), ("/administrators/role", "role"),
        ])
        {
            await page.GotoAsync(server.Url + "/console" + path);
            await gallery.LookAsync(page, "console-" + name);
        }

        await LagAsync(server);
        await page.GotoAsync(server.Url + "/console/keys");
        await gallery.LookAsync(page, "console-keys-fetches");
        await page.GotoAsync(server.Url + "/console/texts");
        await PressAsync(page, "#test-mail button");
        await gallery.LookAsync(page, "console-texts-tested");
        await page.GotoAsync(server.Url + "/console/audit?kind=PersonChanged");
        await PressAsync(page, "main .what a");
        await gallery.LookAsync(page, "console-event");
        await server.App.Services.GetRequiredService<Data.Operations.AuditChain>().SealAsync(CancellationToken.None);
        await page.GotoAsync(server.Url + "/console/audit/check");
        await gallery.LookAsync(page, "console-audit-check");
        await PressAsync(page);
        await gallery.LookAsync(page, "console-audit-checked");
        await page.GotoAsync(server.Url + "/console/administrators");
        await PressAsync(page, "#administrators a.button");
        await gallery.LookAsync(page, "console-role-changed");
        await PressAsync(page, "#removing button");
        await gallery.LookAsync(page, "console-role-last-owner");
        await page.GotoAsync($"{server.Url}/console/application?id={bills.Id}");
        await gallery.LookAsync(page, "console-application-doubts");
        await page.GotoAsync($"{server.Url}/console/application/doctor?id={bills.Id}");
        await gallery.LookAsync(page, "console-doctor-hosts");
        await page.GotoAsync($"{server.Url}/console/application/preview?id=webmail");
        await page.FillAsync("[name='Input.Person']", "nessuno");
        await PressAsync(page, "#preview button");
        await gallery.LookAsync(page, "console-preview-nobody");
        await page.FillAsync("[name='Input.Person']", "marco");
        await PressAsync(page, "#preview button");
        await gallery.LookAsync(page, "console-preview-shown");
        var lia = await server.AddPersonAsync("lia", person => person.PasswordHash = null);
        await page.FillAsync("[name='Input.Person']", lia.UserName);
        await PressAsync(page, "#preview button");
        await gallery.LookAsync(page, "console-preview-no-password");
        await using (var database = server.OpenDatabase())
        {
            var now = server.Clock.GetUtcNow();
            await database.Clients.Where(row => row.Id == bills.Id).ExecuteUpdateAsync(set => set
                .SetProperty(row => row.OtherSecretHash, Protocol.Clients.ClientSecret.HashOf("other"))
                .SetProperty(row => row.OtherSecretLabel, "produzione").SetProperty(row => row.OtherSecretCreatedAt, now)
                .SetProperty(row => row.OtherSecretCreatedBy, "command:root").SetProperty(row => row.OtherSecretExpiresAt, now.AddDays(365))
                .SetProperty(row => row.OtherSecretLastUsedAt, now).SetProperty(row => row.SecretLastUsedAt, now.AddDays(-2)));
        }

        await page.GotoAsync($"{server.Url}/console/application/secrets?id={bills.Id}");
        await gallery.LookAsync(page, "console-secrets-changing");
        await page.GotoAsync(server.Url + "/console/application/activity?id=webmail");
        await page.FillAsync(
            "[name='Input.Request']", $"{server.Url}/connect/authorize?client_id=webmail&redirect_uri=https://webmail.example/&prompt=no");
        await PressAsync(page, "#check button");
        await gallery.LookAsync(page, "console-activity-checked");
        await page.GotoAsync(server.Url + "/console/people?q=marco");
        await PressAsync(page, "main .what a");
        await gallery.LookAsync(page, "console-person");
        await ReplaceLostMethodsAsync(server, page, gallery);
        await LoosenPolicyAsync(server, page, gallery);
        await ImportPeopleAsync(server, page, gallery);
        await MakeBrandAsync(server, page, gallery);
        await using (var database = server.OpenDatabase())
        {
            await database.Administrators.ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, AdministratorRole.HelpDesk));
            await page.GotoAsync(server.Url + "/console/applications");
            await gallery.LookAsync(page, "console-other-role");
            await database.Administrators.ExecuteDeleteAsync();
        }

        await page.GotoAsync(server.Url + "/console");
        await gallery.LookAsync(page, "console-no-access");
    }

    /// <summary>Of a customer, as the first and as the second administrator.</summary>
    private static async Task ReplaceLostMethodsAsync(SsoServer server, IPage page, Gallery gallery)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var eva = await server.AddPersonAsync("eva");
        await page.GotoAsync($"{server.Url}/console/person/reset?sub={eva.Subject}");
        await gallery.LookAsync(page, "console-reset-no-factor");
        await page.GotoAsync($"{server.Url}/console/person/reset?sub={ada.Subject}");
        await gallery.LookAsync(page, "console-reset");
        await PressAsync(page);
        await gallery.LookAsync(page, "console-reset-nothing-checked");
        await page.CheckAsync("[name='Input.Document']");
        await PressAsync(page);
        await gallery.LookAsync(page, "console-reset-no-reference");
        await page.FillAsync("[name='Input.Reference']", "Ticket 4711");
        await PressAsync(page);
        await gallery.LookAsync(page, "console-reset-begun");
        await page.GotoAsync($"{server.Url}/console/person?sub={ada.Subject}");
        await gallery.LookAsync(page, "console-person-reset");
        await using (var database = server.OpenDatabase())
        {
            await database.Proposals.ExecuteUpdateAsync(set => set.SetProperty(row => row.ProposerId, eva.Id));
            await database.Administrators.AddAsync(new Administrator
            {
                PersonId = eva.Id,
                Role = AdministratorRole.HelpDesk,
                CreatedAt = server.Clock.GetUtcNow(),
                CreatedBy = "a test",
            });
            await database.SaveChangesAsync();
        }

        await page.GotoAsync(server.Url + "/console");
        await gallery.LookAsync(page, "console-overview-second");
        await page.GotoAsync($"{server.Url}/console/person/reset?sub={ada.Subject}");
        await gallery.LookAsync(page, "console-reset-second");
        await PressAsync(page, "#agree button");
        await gallery.LookAsync(page, "console-reset-agreed");
        await PressAsync(page, "#stopping button");
        await gallery.LookAsync(page, "console-reset-stopped");
    }

    /// <summary>As the owner who proposes, and as the one who agrees.</summary>
    private static async Task LoosenPolicyAsync(SsoServer server, IPage page, Gallery gallery)
    {
        await page.GotoAsync(server.Url + "/console/application/loosen?id=webmail");
        await gallery.LookAsync(page, "console-loosen-nothing");
        await page.GotoAsync(server.Url + "/console/application/change?id=webmail");
        await page.SelectOptionAsync("#secondfactor", "WhenEnrolled");
        await PressAsync(page);
        await page.ArriveAsync(at => at.AbsolutePath == "/console/application/loosen");
        await gallery.LookAsync(page, "console-loosen-proposed");
        await using (var database = server.OpenDatabase())
        {
            await database.Administrators.Where(row => row.Role == AdministratorRole.HelpDesk)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, AdministratorRole.Owner));
        }

        await page.GotoAsync(server.Url + "/console/application/loosen?id=webmail");
        await gallery.LookAsync(page, "console-loosen-told");
        await page.GotoAsync(server.Url + "/console/application?id=webmail");
        await gallery.LookAsync(page, "console-application-looser");
        await using (var database = server.OpenDatabase())
        {
            var marco = await database.Proposals.Select(row => row.ProposerId).SingleAsync();
            var other = await database.Administrators.SingleAsync(row => row.Role == AdministratorRole.Owner && row.PersonId != marco);
            await database.Proposals.ExecuteUpdateAsync(set => set.SetProperty(row => row.ProposerId, other.PersonId));
        }

        await page.GotoAsync(server.Url + "/console");
        await gallery.LookAsync(page, "console-overview-looser");
        await page.GotoAsync(server.Url + "/console/application/loosen?id=webmail");
        await gallery.LookAsync(page, "console-loosen-second");
        await PressAsync(page, "#agree button");
        await gallery.LookAsync(page, "console-loosen-agreed");
    }

    /// <summary>A brand with a flaw, without one, its preview before it is saved in all three schemes, and its logo.</summary>
    private static async Task MakeBrandAsync(SsoServer server, IPage page, Gallery gallery)
    {
        await page.GotoAsync(server.Url + "/console/brands/add");
        await page.FillAsync("[name='Input.Id']", "nuvola");
        await page.FillAsync("[name='Input.Name']", "Nuvola");
        await page.FillAsync("[name='Input.Accent']", "#777777");
        await page.FillAsync("[name='Input.Tint']", "#333");
        await PressAsync(page);
        await gallery.LookAsync(page, "console-brand-wrong");
        await page.FillAsync("[name='Input.Accent']", "#7a1fa2");
        await page.FillAsync("[name='Input.Tint']", "#fbf7f2");
        await page.FillAsync("[name='Input.AboutUrl']", "https://nuvola.example");
        await PressAsync(page);
        await page.ArriveAsync(at => at.AbsolutePath == "/console/brand");
        await gallery.LookAsync(page, "console-brand-added");
        await page.ClickAsync("#logo");
        await page.SetInputFilesAsync("#file", Payload("logo.svg", "#!/bin/sh"));
        await PressAsync(page);
        await gallery.LookAsync(page, "console-brand-logo-wrong");
        await page.SetInputFilesAsync("#file", Payload(
            "logo.svg",
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 150 40'><rect width='40' height='40' rx='12' fill='#7a1fa2'/>"
                + "<text x='48' y='28' font-size='22' font-family='sans-serif' fill='#1b1f24'>Nuvola</text></svg>"));
        await PressAsync(page);
        await page.ArriveAsync(at => at.AbsolutePath == "/console/brand");
        await gallery.LookAsync(page, "console-brand-logo");
        await page.GotoAsync(server.Url + "/console/brand/change?brand=nuvola");
        await gallery.LookAsync(page, "console-brand-change");
        await page.FillAsync("[name='Input.Accent']", "#b3d4ff");
        await page.FillAsync("[name='Input.Radius']", "12");
        var preview = await page.RunAndWaitForPopupAsync(() => page.ClickAsync("#preview"));
        await preview.WaitForLoadStateAsync();
        await gallery.LookAsync(preview, "console-brand-preview");
        foreach (var scheme in (string[])["light", "dark"])
        {
            await preview.ClickAsync($"a[href$='scheme={scheme}']");
            await preview.ArriveAsync(at => at.Query.EndsWith("scheme=" + scheme, StringComparison.Ordinal));
            await gallery.LookAsync(preview, "console-brand-preview-" + scheme);
        }

        await preview.CloseAsync();
        // The form beside it can still be sent.
        await PressAsync(page);
        await page.ArriveAsync(at => at.Query.Contains("done=changed", StringComparison.Ordinal));
        await server.App.Services.GetRequiredService<BrandDirectory>().LoadAsync(CancellationToken.None);
        await page.GotoAsync(server.Url + "/console/brands");
        await gallery.LookAsync(page, "console-brands");
        await page.GotoAsync(server.Url + "/console/brands/preview");
        await gallery.LookAsync(page, "console-brand-preview-none");
    }

    private static FilePayload Payload(string name, string text) =>
        new() { Name = name, MimeType = "application/octet-stream", Buffer = System.Text.Encoding.UTF8.GetBytes(text) };

    /// <summary>A file that is none, one with lines of every kind, its import while it goes on and stopped, and one to its end.</summary>
    private static async Task ImportPeopleAsync(SsoServer server, IPage page, Gallery gallery)
    {
        await page.GotoAsync(server.Url + "/console/people/import");
        await gallery.LookAsync(page, "console-import");
        await PressAsync(page, "#upload button");
        await gallery.LookAsync(page, "console-import-no-file");
        // More than any other form may send, and more than this one, over a real connection.
        await UploadAsync(page, new string('x', 9 * 1024 * 1024));
        await gallery.LookAsync(page, "console-import-too-large");
        await UploadAsync(page, """{"user_name":"carla"}""");
        await gallery.LookAsync(page, "console-import-nothing-good");
        await UploadAsync(
            page,
            [
                """{"user_name":"carla"}""", """{"user_name":"dino","email":"dino@example.it","password_hash":"segreta"}""",
                """{"user_name":"elsa","email":"elsa@example.it","zone_info":"Atlantide"}""",
                .. Enumerable.Range(0, 1500).Select(number => $$"""{"user_name":"p{{number}}","email":"p{{number}}@example.it"}"""),
            ]);
        await gallery.LookAsync(page, "console-import-checked");
        var address = page.Url;
        await using var database = server.OpenDatabase();
        var (now, other) = (server.Clock.GetUtcNow(), Guid.CreateVersion7());
        await database.ImportJobs.ExecuteUpdateAsync(set => set
            .SetProperty(job => job.Status, ImportJobStatus.Running).SetProperty(job => job.BegunAt, now)
            .SetProperty(job => job.BegunBy, job => job.UploadedBy).SetProperty(job => job.Owner, other)
            .SetProperty(job => job.LeasedUntil, now.AddHours(1)));
        await using (var scope = server.App.Services.CreateAsyncScope())
        {
            var id = (await database.ImportJobs.SingleAsync()).Id;
            await scope.ServiceProvider.GetRequiredService<RunImport>().NextAsync(id, other, CancellationToken.None);
        }

        // A page that reloads by itself does not stand as long as somebody looks.
        await page.GotoAsync(address + "&still=1");
        await gallery.LookAsync(page, "console-import-running");
        await PressAsync(page, "#stopping button");
        await gallery.LookAsync(page, "console-import-stopped");
        await page.GotoAsync(server.Url + "/console/people/import");
        await UploadAsync(page, """{"user_name":"fabio","email":"fabio@example.it"}""");
        await PressAsync(page, "#begin button");
        await Patience.UntilAsync(
            async () => !await database.ImportJobs.AnyAsync(job => job.Status == ImportJobStatus.Running), "the import ends");
        await page.ReloadAsync();
        await gallery.LookAsync(page, "console-import-done");
        await page.GotoAsync(server.Url + "/console/people/import");
        await gallery.LookAsync(page, "console-import-list");
    }

    private static async Task UploadAsync(IPage page, params string[] lines)
    {
        await page.GotoAsync(new Uri(new Uri(page.Url), "/console/people/import").AbsoluteUri);
        await page.SetInputFilesAsync("#file", new FilePayload
        {
            Name = "people.jsonl",
            MimeType = "application/x-ndjson",
            Buffer = System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines)),
        });
        await PressAsync(page, "#upload button");
    }

    /// <summary>The next keys are wanted at once, and one application each has them, has not, and is at work nobody knows where.</summary>
    private static async Task LagAsync(SsoServer server)
    {
        var (ready, late) = (await server.RegisterAsync("Prenotazioni"), await server.RegisterAsync("Contabilita"));
        await server.RegisterAsync("Magazzino", client => client.SecretLastUsedAt = server.Clock.GetUtcNow());
        await using (var scope = server.App.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Admin.Keys.RotateKeys>().ExecuteAsync(atOnce: true, CancellationToken.None);
        }

        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        foreach (var (id, address, fetched) in ((string, string, DateTimeOffset?)[])
        [
            (ready.Id, "203.0.113.7", now), (ready.Id, "2001:db8:1:2::/64", null), (late.Id, "203.0.113.8", now.AddDays(-3)),
        ])
        {
            database.BackendAddresses.Add(new Data.Clients.BackendAddress
            {
                ClientId = id,
                Address = address,
                FirstRequestAt = now.AddDays(-9),
                LastRequestAt = now,
                FetchedAt = fetched,
                NewestKeyAt = fetched,
            });
        }

        await database.SaveChangesAsync();
    }

    /// <summary>Four weeks of sign-ins, so that the chart has something to show.</summary>
    private static async Task HappenAsync(SsoServer server)
    {
        await using var database = server.OpenDatabase();
        var (now, person) = (server.Clock.GetUtcNow(), (await database.Users.SingleAsync()).Id);
        for (var day = 0; day < 28; day++)
        {
            var at = now.AddDays(-day);
            for (var time = 0; time < 12 + (day * 5 % 7 * 3); time++)
            {
                database.SecurityEvents.Add(Data.Operations.SecurityEvent.SignedIn(
                    at, person, Guid.CreateVersion7(at), "webmail", address: null, [Protocol.ProofMethod.Passkey]));
            }

            for (var time = 0; time < day * 3 % 5; time++)
            {
                database.SecurityEvents.Add(
                    Data.Operations.SecurityEvent.PasswordFailed(at, person, "webmail", "wrong", ("Firefox", "Windows")));
            }
        }

        await database.Users.ExecuteUpdateAsync(set => set.SetProperty(row => row.EmailConfirmed, true));
        AddTexts(database, now);
        await database.SaveChangesAsync();
    }

    /// <summary>Texts that cost something, one that did not arrive, a route and a prefix that are stopped, and mails of each end.</summary>
    private static void AddTexts(Data.SsoDbContext database, DateTimeOffset now)
    {
        for (var number = 0; number < 90; number++)
        {
            var at = now.AddHours(-number * 7);
            database.TextDeliveries.Add(new()
            {
                Id = Guid.CreateVersion7(at),
                TextId = Guid.CreateVersion7(at),
                Route = number % 3 == 0 ? "twilio" : "vonage-messages",
                MaskedNumber = $"+39 ••• ••• ••{number:00}",
                Country = "IT",
                Prefix = "+39333",
                Purpose = (TextPurpose)(number % 3),
                SentAt = at,
                Cost = 700 + (number * 40 % 900),
                Outcome = number % 11 == 3 ? "RouteRefused" : "Accepted",
                Receipt = number % 11 == 3 ? TextReceiptStatus.None : TextReceiptStatus.Delivered,
                EnteredAt = number % 4 == 0 ? at.AddMinutes(1) : null,
            });
        }

        var node = Guid.CreateVersion7(now);
        database.Nodes.Add(new() { Id = node, Name = "sso-2:1", Version = "0.1.0+0123456789", StartedAt = now.AddDays(-3), SeenAt = now });
        foreach (var (id, off) in ((string, DateTimeOffset?)[])[("wh_prova", null), ("wh_spento", now.AddHours(-3))])
        {
            database.Webhooks.Add(new()
            {
                Id = id,
                Url = "https://billing.example/eventi",
                Events = off is null ? [] : ["person.signed_in", "person.disabled"],
                SealedSecret = new byte[64],
                CreatedAt = now.AddDays(-9),
                FailingSince = off is null ? now.AddHours(-2) : null,
                DisabledAt = off,
                DisabledBecause = off is null ? null : "answer 410",
            });
            database.WebhookDeliveries.AddRange(Enum.GetValues<WebhookDeliveryStatus>().Select(status => new WebhookDelivery
            {
                Id = Guid.CreateVersion7(now.AddMinutes(-(int)status)),
                WebhookId = id,
                EventId = Guid.CreateVersion7(now),
                Kind = SecurityEventKind.SignedIn,
                CreatedAt = now.AddHours(-2),
                NextAttemptAt = now.AddHours(3),
                Status = status,
                Attempts = status == WebhookDeliveryStatus.Failed ? 8 : 1,
                LastOutcome = status == WebhookDeliveryStatus.Delivered ? null : "answer 500",
                DoneAt = status == WebhookDeliveryStatus.Waiting ? null : now.AddMinutes(-9),
            }));
        }

        database.PausedRoutes.Add(new()
        {
            NodeId = node,
            Route = "twilio",
            Since = now.AddMinutes(-4),
            Until = now.AddMinutes(1),
            Cause = "ConfigError",
        });
        database.DeliveryAlerts.AddRange(
            new DeliveryAlert { Key = new byte[32], At = now, Limit = "conversion", Subject = "Enrolment/+39320" },
            new DeliveryAlert
            {
                Key = [.. Enumerable.Repeat((byte)1, 32)],
                At = now.AddHours(-2),
                Limit = "text-budget-day-half",
                Subject = "",
            });
        database.AttemptCounters.Add(new()
        {
            Key = Data.Factors.AttemptCounter.KeyOf("text-prefix-closed", "Enrolment/+39320"),
            BlockedUntil = now.AddHours(1),
            ExpiresAt = now.AddDays(1),
        });
        foreach (var (kind, status, trouble) in ((string, OutgoingMailStatus, MailTrouble?)[])
        [
            ("Reset", OutgoingMailStatus.Sent, MailTrouble.None), ("Code", OutgoingMailStatus.Failed, MailTrouble.AddressRefused),
            ("PasswordChanged", OutgoingMailStatus.Waiting, MailTrouble.RelayNotReady),
        ])
        {
            database.OutgoingMails.Add(new()
            {
                Id = Guid.CreateVersion7(now),
                Protected = new byte[64],
                Kind = kind,
                MaskedAddress = "m•••@example.it",
                CreatedAt = now,
                ExpiresAt = now.AddHours(3),
                Status = status,
                Attempts = 2,
                Trouble = trouble,
                NextAttemptAt = now.AddMinutes(40),
            });
        }
    }

    private static async Task PressAsync(IPage page, string button = "main form button.primary")
    {
        var before = await page.EvaluateAsync<double>("performance.timeOrigin");
        await page.ClickAsync(button);
        await Patience.UntilAsync(
            async () =>
            {
                try
                {
                    return await page.EvaluateAsync<double>("document.readyState === 'complete' ? performance.timeOrigin : 0") is var now
                        && now > before;
                }
                // It goes on to another page at this moment.
                catch (PlaywrightException)
                {
                    return false;
                }
            },
            () => $"the page is still at {page.Url}");
    }
}
