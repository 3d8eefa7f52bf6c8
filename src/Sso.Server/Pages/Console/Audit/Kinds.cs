using Microsoft.Extensions.Localization;
using Sso.Accounts.Administrators;
using Sso.Data.Operations;

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

internal static class DetailWords
{
    /// <summary>What an operator did to an account, in words; anything else as the record has it.</summary>
    public static string Detail(this IStringLocalizer<Kinds> kinds, SecurityEventKind kind, string detail) =>
        kind is SecurityEventKind.PersonChanged
            && kinds[$"Did-{detail.Replace(' ', '-')}"] is { ResourceNotFound: false } words
            ? words
            : detail;
}
