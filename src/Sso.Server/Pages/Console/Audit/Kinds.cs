using System.Text.RegularExpressions;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Data.Operations;
using Sso.Server.Authorization;

namespace Sso.Server.Pages.Console.Audit;

/// <summary>Names the texts of what happened, one for each kind of event: <c>Kinds.it.resx</c> and <c>Kinds.en.resx</c>.</summary>
internal sealed class Kinds
{
    private Kinds()
    {
    }
}

internal static class ActorWords
{
    /// <summary>Who did something, as events name them, in words.</summary>
    /// <param name="words">Of the console.</param>
    /// <param name="actor">Such as <c>command:root</c>.</param>
    /// <param name="name">The user name of an administrator, while there is an account.</param>
    public static string Actor(this IStringLocalizer<Words> words, string actor, string? name) => actor.Split(':', 2) switch
    {
        [FirstAdministrator.Giver] => words["ActorFirstLink"].Value,
        ["server"] => words["ActorServer"].Value,
        ["command", var account] => words["ActorCommand", account].Value,
        ["client", var id] => words["ActorClient", id].Value,
        ["administrator", var subject] => words["ActorAdministrator", name ?? subject].Value,
        _ => actor,
    };
}

internal static class ApplicationWords
{
    /// <summary>The own areas have no registration, and their ids mean nothing to a reader; any other as the record has it.</summary>
    public static string? Application(this IStringLocalizer<Words> words, string? clientId) =>
        words.OwnApplication(clientId) ?? clientId;

    /// <summary>The name of one of the own areas; null for any other application.</summary>
    public static string? OwnApplication(this IStringLocalizer<Words> words, string? clientId) => clientId switch
    {
        ConsoleArea.ClientId => words["Console"].Value,
        AccountArea.ClientId => words["AccountArea"].Value,
        _ => null,
    };
}

internal static partial class DetailWords
{
    /// <summary>Why it was refused and what it was about, in words.</summary>
    public static string Facts(this IStringLocalizer<Kinds> kinds, SecurityEventKind kind, string? reason, string? detail)
    {
        string?[] facts = [reason is null ? null : kinds.Said(reason) ?? reason, detail is null ? null : kinds.Detail(kind, detail)];
        return string.Join(", ", facts.OfType<string>());
    }

    /// <summary>What was done, in words; what came from outside, such as an address, as the record has it.</summary>
    public static string Detail(this IStringLocalizer<Kinds> kinds, SecurityEventKind kind, string detail) => kind switch
    {
        // What an application or a person sent may happen to be one of our words.
        SecurityEventKind.RequestRefused or SecurityEventKind.GrantRefused or SecurityEventKind.ConsentGiven
            or SecurityEventKind.ConsentRefused or SecurityEventKind.KeyRevoked or SecurityEventKind.ValueRefused => detail,
        SecurityEventKind.RedirectUriRefused => detail == SecurityEvent.NothingSent ? kinds.Said(detail) ?? detail : detail,
        SecurityEventKind.PersonChanged => kinds.Known($"Did-{Slug(detail)}") ?? detail,
        SecurityEventKind.BrandChanged or SecurityEventKind.WebhookChanged when detail.Split(' ', 2) is [var id, var what] =>
            $"{id}: {kinds.Said(what.Split(": ")[0]) ?? what}",
        SecurityEventKind.ResourceChanged when detail.Split(' ', 2) is [var what, var resource] =>
            $"{resource}: {kinds.Said(what) ?? what}",
        _ => kinds.Said(detail) ?? detail,
    };

    /// <summary>A constant of the record, or one with a name or a number in it, in words; null for anything else.</summary>
    public static string? Said(this IStringLocalizer<Kinds> kinds, string recorded) => kinds.Known($"Said-{Slug(recorded)}") ?? (
        MailsAgain().Match(recorded) is { Success: true } mails ? kinds["SaidMailsAgain", mails.Groups[1].Value].Value
        : MessagesAgain().Match(recorded) is { Success: true } messages
            ? kinds["SaidMessagesAgain", messages.Groups[1].Value, kinds.Said(messages.Groups[2].Value) ?? messages.Groups[2].Value].Value
        : RouteResumed().Match(recorded) is { Success: true } route ? kinds["SaidRouteResumed", route.Groups[1].Value].Value
        : PrefixOpened().Match(recorded) is { Success: true } prefix ? kinds["SaidPrefixOpened", prefix.Groups[1].Value].Value
        : RegistrationToken().Match(recorded) is { Success: true } token
            ? kinds["SaidRegistrationToken", token.Groups[1].Value, kinds.Said(token.Groups[2].Value)!].Value
        : Deleted().Match(recorded) is { Success: true } places
            ? kinds["SaidDeleted", places.Groups[1].Value, places.Groups[2].Value, places.Groups[3].Value].Value
        : null);

    private static string? Known(this IStringLocalizer<Kinds> kinds, string name) =>
        kinds[name] is { ResourceNotFound: false } words ? words.Value : null;

    private static string Slug(string recorded) =>
        recorded.Replace(",", "", StringComparison.Ordinal).Replace(' ', '-');

    [GeneratedRegex(@"^(\d+) mails tried again$", RegexOptions.CultureInvariant)]
    private static partial Regex MailsAgain();

    [GeneratedRegex(@"^(\d+) messages sent again to (.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex MessagesAgain();

    [GeneratedRegex(@"^route (\S+) resumed$", RegexOptions.CultureInvariant)]
    private static partial Regex RouteResumed();

    [GeneratedRegex(@"^prefix (\S+) opened$", RegexOptions.CultureInvariant)]
    private static partial Regex PrefixOpened();

    [GeneratedRegex(@"^registration token (\S+) (added|removed)$", RegexOptions.CultureInvariant)]
    private static partial Regex RegistrationToken();

    [GeneratedRegex(@"^places (\d+) to (\d+), before (.+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Deleted();
}
