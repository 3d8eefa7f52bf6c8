using System.Globalization;
using System.Text.Json.Nodes;

namespace Sso.Data.Operations;

/// <summary>What operators do, and what the server itself notices.</summary>
public sealed partial class SecurityEvent
{
    /// <summary>So many subjects are told of a list; of a longer one only the number is.</summary>
    public const int MostPeopleNamed = 100;

    private const int LongestChanges = 4000;

    /// <param name="what">A constant of the caller, such as <c>added</c>.</param>
    /// <param name="changes">Null for what is secret.</param>
    public static SecurityEvent ClientChanged(DateTimeOffset at, string clientId, string what, JsonObject? changes) =>
        new(at, SecurityEventKind.ClientChanged) { ClientId = clientId, Detail = what, Changes = Whole(changes) };

    /// <summary>A token with which applications register themselves.</summary>
    public static SecurityEvent RegistrationTokenChanged(DateTimeOffset at, string name, string what) =>
        new(at, SecurityEventKind.ClientChanged) { Detail = $"registration token {name} {what}" };

    public static SecurityEvent ResourceChanged(DateTimeOffset at, string resource, string what) =>
        new(at, SecurityEventKind.ResourceChanged) { Detail = $"{what} {resource}"[..Math.Min(100, what.Length + 1 + resource.Length)] };

    public static SecurityEvent BrandChanged(DateTimeOffset at, string brandId, string what) =>
        new(at, SecurityEventKind.BrandChanged) { Detail = $"{brandId} {what}" };

    /// <param name="what">A constant of the caller, such as <c>added</c>.</param>
    /// <param name="changes">Null for what is secret.</param>
    public static SecurityEvent WebhookChanged(DateTimeOffset at, string webhookId, string what, JsonObject? changes) =>
        new(at, SecurityEventKind.WebhookChanged) { Detail = $"{webhookId} {what}", Changes = Whole(changes) };

    /// <param name="what">A constant of the caller with a route, a prefix or a number, such as <c>route twilio resumed</c>.</param>
    public static SecurityEvent DeliveryChanged(DateTimeOffset at, string what) =>
        new(at, SecurityEventKind.DeliveryChanged) { Detail = what[..Math.Min(100, what.Length)] };

    /// <param name="actor">Null for whoever the request is of.</param>
    public static SecurityEvent PersonChanged(
        DateTimeOffset at, Guid personId, string what, JsonObject? changes = null, string? actor = null) =>
        new(at, SecurityEventKind.PersonChanged) { PersonId = personId, Detail = what, Changes = Whole(changes), Actor = actor };

    /// <param name="what">A constant of the caller, such as <c>begun</c>.</param>
    /// <param name="changes">Which import, and how many lines of which kind.</param>
    /// <param name="actor">Who confirmed it, also for what happens in the background.</param>
    public static SecurityEvent PeopleImported(DateTimeOffset at, string what, JsonObject changes, string actor) =>
        new(at, SecurityEventKind.PeopleImported) { Detail = what, Changes = Whole(changes), Actor = actor };

    /// <param name="actor">Who read it: known before it is stamped, because nobody's reading is told twice in a while.</param>
    public static SecurityEvent PersonRead(DateTimeOffset at, Guid personId, string actor) =>
        new(at, SecurityEventKind.PersonRead) { PersonId = personId, Actor = actor };

    /// <summary>An operator saw what tokens of this client would say of the person.</summary>
    public static SecurityEvent TokensPreviewed(DateTimeOffset at, Guid personId, string clientId, string actor) =>
        new(at, SecurityEventKind.PersonRead) { PersonId = personId, ClientId = clientId, Detail = "token preview", Actor = actor };

    /// <param name="what">A constant of the caller, such as <c>search</c>; never what was typed.</param>
    /// <param name="changes">Who was shown, by their subjects.</param>
    public static SecurityEvent PeopleListed(DateTimeOffset at, string what, JsonObject? changes) =>
        new(at, SecurityEventKind.PersonRead) { Detail = what, Changes = Whole(changes) };

    /// <param name="clientId">Of the one registration that was read.</param>
    public static SecurityEvent ClientRead(DateTimeOffset at, string clientId) =>
        new(at, SecurityEventKind.ApiRead) { ClientId = clientId, Detail = "registration" };

    public static SecurityEvent ClientsListed(DateTimeOffset at) => new(at, SecurityEventKind.ApiRead) { Detail = "registrations" };

    public static SecurityEvent ResourcesRead(DateTimeOffset at) => new(at, SecurityEventKind.ApiRead) { Detail = "resources" };

    public static SecurityEvent WebhooksRead(DateTimeOffset at) => new(at, SecurityEventKind.ApiRead) { Detail = "webhooks" };

    public static SecurityEvent EventsRead(DateTimeOffset at) => new(at, SecurityEventKind.ApiRead) { Detail = "events" };

    /// <param name="changes">What was looked for: kinds and ids, never what was typed.</param>
    public static SecurityEvent EventsSearched(DateTimeOffset at, JsonObject? changes) =>
        new(at, SecurityEventKind.ApiRead) { Detail = "events searched", Changes = Whole(changes) };

    /// <param name="changes">As of a search.</param>
    public static SecurityEvent EventsExported(DateTimeOffset at, JsonObject? changes) =>
        new(at, SecurityEventKind.ApiRead) { Detail = "events exported", Changes = Whole(changes) };

    /// <summary>By the schedule.</summary>
    public static SecurityEvent KeysRotated(DateTimeOffset at) => new(at, SecurityEventKind.KeysRotated);

    public static SecurityEvent KeysRotatedByOperator(DateTimeOffset at, bool atOnce, JsonObject changes) =>
        new(at, SecurityEventKind.KeysRotated)
        {
            Detail = atOnce ? "by an operator, at once" : "by an operator",
            Changes = Whole(changes),
        };

    /// <summary>Everybody's secrets, which no key of the schedule protects.</summary>
    public static SecurityEvent SecretsRenewed(DateTimeOffset at, string because) =>
        new(at, SecurityEventKind.KeysRotated) { Detail = because };

    public static SecurityEvent KeyRevoked(DateTimeOffset at, string algorithm, JsonObject changes) =>
        new(at, SecurityEventKind.KeyRevoked) { Detail = algorithm, Changes = Whole(changes) };

    /// <param name="context">Where the value was that did not open.</param>
    public static SecurityEvent ValueRefused(DateTimeOffset at, string context) =>
        new(at, SecurityEventKind.ValueRefused) { Detail = context };

    /// <param name="what">A constant of the caller, such as <c>begun</c>.</param>
    /// <param name="changes">Which file, by which version and, once it is written, of which moment and how many rows.</param>
    public static SecurityEvent BackupTaken(DateTimeOffset at, string what, JsonObject changes) =>
        new(at, SecurityEventKind.BackupTaken) { Detail = what, Changes = Whole(changes) };

    /// <param name="changes">Of which moment and which version the backup is, and how many rows it has.</param>
    public static SecurityEvent DatabaseRestored(DateTimeOffset at, JsonObject changes) =>
        new(at, SecurityEventKind.DatabaseRestored) { Changes = Whole(changes) };

    internal static SecurityEvent EventsDeleted(DateTimeOffset at, long first, long last, DateTimeOffset before) =>
        new(at, SecurityEventKind.EventsDeleted)
        {
            Detail = string.Create(
                CultureInfo.InvariantCulture, $"places {first} to {last}, before {before.UtcDateTime:yyyy-MM-dd HH:mm} UTC"),
        };

    /// <summary>Half of a JSON text says nothing reliable.</summary>
    private static string? Whole(JsonObject? changes) =>
        changes?.ToJsonString() is { Length: <= LongestChanges } json ? json : null;
}
