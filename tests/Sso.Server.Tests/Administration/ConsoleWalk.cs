using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Testing;

namespace Sso.Server.Tests.Administration;

/// <summary>What an administrator does.</summary>
internal static class ConsoleWalk
{
    /// <summary>Somebody with an authenticator app and a role, who looks after these applications.</summary>
    public static async Task<Customer> AddAdministratorAsync(this SsoServer server, AdministratorRole? role, params string[] applications)
    {
        var person = await (await server.AddPersonAsync(role is null ? "cliente" : "capo")).WithAppAsync();
        if (role is { } given)
        {
            await using var database = server.OpenDatabase();
            database.Administrators.Add(new Administrator
            {
                PersonId = person.Id,
                Role = given,
                CreatedAt = server.Clock.GetUtcNow(),
                CreatedBy = "a test",
            });
            database.ManagedClients.AddRange(applications.Select(id => new ManagedClient { PersonId = person.Id, ClientId = id }));
            await database.SaveChangesAsync();
        }

        return person;
    }

    /// <summary>Opens a page of the console and proves whatever it asks for by password and app.</summary>
    public static async Task<Page> OpenAsync(this Browser browser, Customer customer, string path) =>
        await browser.ProveAsync(customer, await browser.GetAsync(path));

    /// <summary>Proves whatever is asked for, beginning with this page.</summary>
    public static async Task<Page> ProveAsync(this Browser browser, Customer customer, Page page)
    {
        for (var step = 0; step < 4; step++)
        {
            page = page.Path switch
            {
                "/signin" => await Journey.PasswordAsync(browser, page, customer),
                "/signin/verify/app" => await Journey.AppAsync(browser, page, customer),
                _ => page,
            };
        }

        return page;
    }

    /// <summary>What any form of this browser's pages carries.</summary>
    public static string Token(this Page page) =>
        page.Document.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;

    /// <summary>Who did what to an application, in the order of the alphabet.</summary>
    public static async Task<string[]> ActorsAsync(this SsoServer server, string clientId)
    {
        await using var database = server.OpenDatabase();
        var told = await database.SecurityEvents.Where(item => item.ClientId == clientId && item.Actor != null)
            .Select(item => item.Actor + " " + item.Detail).ToArrayAsync();
        // By their words: within a millisecond keys have no order.
        return [.. told.Order(StringComparer.Ordinal)];
    }

    /// <summary>A webhook with this id, and messages that were given up, the newest last. No node knows how to sign for it.</summary>
    public static async Task<IReadOnlyList<WebhookDelivery>> KeepWebhookAsync(this SsoServer server, string id, int givenUp = 0)
    {
        await using var database = server.OpenDatabase();
        if (await database.Webhooks.AnyAsync(webhook => webhook.Id == id))
        {
            return [];
        }

        var now = server.Clock.GetUtcNow();
        database.Webhooks.Add(new()
        {
            Id = id,
            Url = "https://billing.example/hook?key=not-for-everybody",
            Events = ["keys.rotated"],
            SealedSecret = new byte[64],
            CreatedAt = now,
        });
        WebhookDelivery[] dead =
        [
            .. Enumerable.Range(0, givenUp).Select(number => new WebhookDelivery
            {
                Id = Guid.CreateVersion7(now.AddMilliseconds(2 * number)),
                WebhookId = id,
                EventId = Guid.CreateVersion7(now),
                Kind = SecurityEventKind.SignedIn,
                CreatedAt = now,
                NextAttemptAt = now,
                Status = WebhookDeliveryStatus.Failed,
                Attempts = 8,
                LastOutcome = "answer 500",
                DoneAt = now,
            }),
        ];
        database.WebhookDeliveries.AddRange(dead);
        await database.SaveChangesAsync();
        return dead;
    }
}
