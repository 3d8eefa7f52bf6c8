using System.Reflection;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Authorization;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>
/// What an attacker with an account of their own may try: every route and form that there is, found by itself, with the ids of somebody
/// else and with fields that no form has. The console is closed to them.
/// </summary>
public sealed class OthersObjectsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    /// <summary>What only an operator writes.</summary>
    private static readonly string[] Configuration =
        [
            "Administrators", "Brands", "Clients", "ConfigurationVersions", "DataKeys", "DataProtectionKeys",
            "ManagedClients", "PairwiseKeys", "RegistrationTokens", "Resources", "SigningKeys",
        ];

    /// <summary>As an entity, a nested object, a claim or a switch of the framework would be written.</summary>
    private static readonly (string Name, string Value)[] Injected =
    [
        .. from prefix in (string[])["", "Input.", "Person.", "User.", "Owner.", "SignedIn.", "Model."]
           from field in (string[])
           [
               "EmailConfirmed", "email_verified", "PhoneNumberConfirmed", "IsAdmin", "IsFirstParty", "LockoutEnabled", "TwoFactorEnabled",
           ]
           select (prefix + field, "true"),
        .. from prefix in (string[])["", "Input.", "Person.", "User.", "Owner.", "SignedIn.", "Model."]
           from field in (string[])
           [
               "PasswordHash", "SecurityStamp", "Roles", "roles", "sub", "Subject", "PersonId",
               "CreatedAt", "DisabledAt", "NormalizedUserName", "ClientId", "mfa_enforced",
           ]
           select (prefix + field, "injected"),
        ("Flow.Request.Client.Id", "injected"), ("Step", "Issue"),
    ];

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S114")]
    [Spec("A37")]
    public async Task No_form_reaches_what_is_somebody_elses_by_its_id_or_changes_the_configuration()
    {
        var shop = await server.RegisterAsync("shop", client => (client.ConsentRequired, client.AcceptsTrustedDevices) = (true, true));
        var bo = await NewAsync("bo");
        var theirs = server.OpenBrowser();
        await shop.RedeemAsync((await shop.SignInAsync(theirs, bo, ("scope", "openid offline_access"))).Code);
        var ids = await AddRowsAsync(bo, shop.Id);
        var before = await StateAsync(bo);
        Assert.All(
            (string[])["SecondFactors", "Sessions", "TrustedDevices", "Grants", "Consents", "WaitingRequests", "ContactChanges"],
            table => Assert.NotEqual("", before[table]));

        var (browser, _) = await SignedInAsync();
        foreach (var form in await PageForm.AllAsync(server))
        {
            foreach (var id in ids)
            {
                (browser, _) = await IsFreshAsync(browser) ? (browser, null!) : await SignedInAsync();
                await browser.PostAsync(
                    form.Url, await FilledAsync(browser, [("client", shop.Id), .. Names(form).Select(name => (name, id))]));
            }
        }

        var after = await StateAsync(bo);
        Assert.All(before, table => Assert.Equal((table.Key, table.Value), (table.Key, after[table.Key])));
        Assert.Equal("/account", (await theirs.GetAsync("/account")).Path);
    }

    [Fact]
    [Spec("S115")]
    [Spec("A15")]
    public async Task Fields_that_no_form_has_change_nothing_on_any_page()
    {
        var (browser, ada) = await SignedInAsync();
        var submitted = 0;
        foreach (var path in (await PageForm.AllAsync(server)).Select(form => form.Url.Split('?')[0]).Distinct())
        {
            (browser, ada) = await IsFreshAsync(browser) ? (browser, ada) : await SignedInAsync();
            var before = await PersonAsync(ada);
            var page = await browser.GetAsync(path);
            if (page.Path == path && page.Document.QuerySelector("main form") is { } form)
            {
                var action = form.GetAttribute("action") is { Length: > 0 } written ? written : path;
                await browser.PostAsync(
                    action, AsItStands(form).Concat(Injected.Select(field => KeyValuePair.Create(field.Name, field.Value))));
                submitted++;
            }

            var now = await PersonAsync(ada);
            // "It wasn't me" and what ends like it takes the password away, which is what they are for; nothing sets another.
            Assert.True(
                now with { PasswordHash = before.PasswordHash } == before
                    && (now.PasswordHash == before.PasswordHash || now.PasswordHash is null),
                path);
        }

        Assert.True(submitted > 12, $"Only {submitted} forms were submitted.");
    }

    [Fact]
    [Spec("S115")]
    public void No_page_binds_anything_but_single_values()
    {
        var pages = typeof(ServerApplication).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Microsoft.AspNetCore.Mvc.RazorPages.PageModel))).ToList();
        var bound = pages.SelectMany(
            page => page.GetProperties().Where(property => property.GetCustomAttribute<BindPropertyAttribute>() is not null)).ToList();
        Assert.NotEmpty(bound);
        Assert.All(
            bound,
            property =>
                Assert.True(IsSingle(property.PropertyType), $"{property.DeclaringType}.{property.Name} binds {property.PropertyType}"));
        Assert.DoesNotContain(pages, page => page.GetCustomAttribute<BindPropertiesAttribute>() is not null);
    }

    /// <summary>
    /// Denied by default: what is not a page, a public document or an endpoint of a protocol does not exist, whoever asks.
    /// </summary>
    [Fact]
    [Spec("A37")]
    public async Task There_is_no_route_of_administration_but_the_console_and_the_api()
    {
        var roots = server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').Split('/', '.')[0])
            .Where(root => root.Length > 0).Distinct().Order(StringComparer.Ordinal);
        // Files and the probes are read only; connect is the protocol; brand, delivery, dev and the rest are in
        // docs/ways-in.md with what protects them.
        Assert.Equal(
            ["", "account", "api", "brand", "connect", "consent", "console", "css", "delivery", "dev", "device", "email", "error", "errors",
                "health", "img", "js", "language", "login", "not-me",
                "password", "scim", "signedout", "signin", "signout", "undo", "{**path:file}"],
            roots.Append("").Distinct().Order(StringComparer.Ordinal).Where(root => root != "well-known"));
        var (browser, _) = await SignedInAsync();
        foreach (var path in (string[])
        [
            "/admin", "/console/anything", "/api/admin/v1/clients", "/api/admin/v1/users", "/scim/v2/Groups",
            "/account/admin", "/connect/register/anything", "/api/keys",
        ])
        {
            Assert.Equal((path, System.Net.HttpStatusCode.NotFound), (path, (await browser.GetAsync(path)).Status));
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> AsItStands(IElement form) => form.QuerySelectorAll<IHtmlInputElement>("input")
        .Where(input => input.Name is { Length: > 0 } && (input.Type is not ("radio" or "checkbox") || input.IsChecked))
        .Select(input => KeyValuePair.Create(input.Name!, input.Value));

    /// <summary>Or a list of ids, as boxes with one name send it.</summary>
    private static bool IsSingle(Type type) =>
        type == typeof(IReadOnlyList<Guid>) || (Nullable.GetUnderlyingType(type) ?? type) is var single
            && (single == typeof(string) || single == typeof(Guid) || single.IsEnum || single.IsPrimitive);

    private static IEnumerable<string> Names(PageForm form) => form.Page
        .GetProperties().Select(property => property.GetCustomAttribute<BindPropertyAttribute>()?.Name).OfType<string>()
        .Concat(
            form.Handler.GetParameters().Where(parameter => parameter.ParameterType != typeof(CancellationToken))
                .Select(parameter => parameter.Name!))
        .Except(["flow", "link", "client"]);

    private async Task<Customer> NewAsync(string name) => await (await server.AddPersonAsync(name)).WithAppAsync();

    /// <summary>Somebody new, as often as a form has ended the session or changed what signs in.</summary>
    private async Task<(Browser Browser, Customer Customer)> SignedInAsync()
    {
        await server.ForgetAttemptsAsync();
        var (browser, customer) = (server.OpenBrowser(), await NewAsync("ada"));
        Assert.Equal("/account", (await Journey.SignInAsync(browser, customer, "/account")).Path);
        return (browser, customer);
    }

    private static async Task<bool> IsFreshAsync(Browser browser) =>
        (await browser.GetAsync("/account/mfa/remove")).Path == "/account/mfa/remove";

    private static async Task<KeyValuePair<string, string>[]> FilledAsync(
        Browser browser, IEnumerable<(string Name, string Value)> fields) =>
        [
            new(PageForm.AntiforgeryField, PageForm.ValueIn(await browser.GetAsync("/signout"))),
            .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)),
        ];

    /// <summary>One of each kind that somebody could name.</summary>
    private async Task<IReadOnlyList<string>> AddRowsAsync(Customer owner, string clientId)
    {
        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        var (device, waiting) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        database.TrustedDevices.Add(
            new TrustedDevice
            {
                Id = device,
                PersonId = owner.Id,
                SecretHash = new byte[32],
                CreatedAt = now,
                ExpiresAt = now.AddDays(30),
                LastUsedAt = now,
            });
        database.ContactChanges.Add(
            new ContactChange
            {
                Id = Guid.CreateVersion7(now),
                PersonId = owner.Id,
                Kind = ContactKind.Email,
                CreatedAt = now,
                NewEmail = "new@example.it",
            });
        database.WaitingRequests.Add(new WaitingRequest
        {
            Id = waiting,
            Kind = WaitingKind.Backchannel,
            HandleHash = new byte[32],
            ClientId = clientId,
            PersonId = owner.Id,
            Protected = [],
            CreatedAt = now,
            ExpiresAt = now.AddHours(1),
            Interval = 5,
        });
        await database.SaveChangesAsync();
        var factors = await database.SecondFactors.Where(row => row.PersonId == owner.Id).Select(row => row.Id).ToListAsync();
        var sessions = await database.Sessions.Where(row => row.PersonId == owner.Id).Select(row => row.Id).ToListAsync();
        return [.. factors.Concat(sessions).Append(device).Append(waiting).Select(id => id.ToString())];
    }

    /// <summary>Each table with what it holds of this person, and each table of the configuration.</summary>
    private async Task<Dictionary<string, string>> StateAsync(Customer owner)
    {
        await using var database = server.OpenDatabase();
        await database.Database.OpenConnectionAsync();
        var state = new Dictionary<string, string>();
        foreach (var type in database.Model.GetEntityTypes().Where(type => !type.IsOwned()))
        {
            var (table, key) = (type.GetTableName()!,
                type.ClrType == typeof(Person) ? "Id" : type.FindProperty("PersonId") is not null ? "PersonId" : null);
            if (key is null && !Configuration.Contains(table))
            {
                continue;
            }

            await using var command = database.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"" + (key is null ? "" : $" WHERE \"{key}\" = @owner");
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("owner", owner.Id.ToByteArray(bigEndian: true));
            command.Parameters.Add(parameter);
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<string>();
            while (await reader.ReadAsync())
            {
                rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                    .Where(column => reader.GetName(column) is not ("Sequence" or "Hash" or "AddressHash" or "AddressProof"))
                    .Select(
                        column =>
                            reader.GetValue(column) is byte[] bytes
                                ? Convert.ToHexString(bytes)
                                : reader.GetValue(column) is string[] texts ? string.Join(',', texts)
                                : $"{reader.GetValue(column)}")));
            }

            state[table] = string.Join('\n', rows.Order(StringComparer.Ordinal));
        }

        return state;
    }

    private async Task<Protected> PersonAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        return await database.Users.AsNoTracking().Where(person => person.Id == customer.Id).Select(person => new Protected(
            person.UserName, person.NormalizedUserName, person.Email, person.EmailConfirmed,
            person.CreatedAt, person.DisabledAt, person.PasswordHash)).SingleAsync();
    }

    /// <summary>What its owner cannot write.</summary>
    private sealed record Protected(
        string? UserName, string? NormalizedUserName, string? Email, bool EmailConfirmed,
        DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, string? PasswordHash);
}
