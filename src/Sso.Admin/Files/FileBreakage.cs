using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Files;

namespace Sso.Admin.Files;

/// <summary>Which applications stop working as they are when a registration is changed or removed, in words for whoever decides.</summary>
public sealed class FileBreakage(SsoDbContext database, TimeProvider clock)
{
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    /// <summary>What an application has to do first when a field gets a value that it had not.</summary>
    private static readonly FrozenDictionary<string, string> Demands = new Dictionary<string, string>
    {
        ["auth"] = "it must prove itself in another way, or gets no tokens",
        ["jwks"] = "it must use the new keys, or its signatures count no more",
        ["jwks-uri"] = "its keys are fetched elsewhere: it must use those",
        ["tls-subject"] = "it must present a certificate for the new name",
        ["profile"] = "it must follow another profile",
        ["dpop"] = "it must send DPoP proofs, or gets no tokens",
        ["certificate-bound"] = "it must present its certificate, or gets no tokens",
        ["require-par"] = "it must push its requests, or they are refused",
        ["require-signed-requests"] = "it must sign its requests, or they are refused",
        ["request-object-alg"] = "it must sign its requests with another algorithm",
        ["id-token-alg"] = "it must accept ID tokens with another signature",
        ["id-token-encryption"] = "it must be able to decrypt its ID tokens",
        ["userinfo-alg"] = "it must read another form of userinfo",
        ["userinfo-encryption"] = "it must be able to decrypt userinfo",
        ["authorization-alg"] = "it must accept signed answers with another signature",
        ["introspection-alg"] = "it must accept introspection with another signature",
        ["disabled"] = "nobody can sign in to it, and its tokens count no more",
    }.ToFrozenDictionary();

    /// <summary>The same when a field loses its value.</summary>
    private static readonly FrozenDictionary<string, string> Losses = new Dictionary<string, string>
    {
        ["no-pkce"] = "it must send a code challenge (PKCE), or its requests are refused",
        ["id-token-responses"] = "requests with another response type than code are refused",
        ["ciba"] = "it may ask people through the back channel no more",
        ["backchannel-logout-uri"] = "it is told of sign-outs no more",
        ["frontchannel-logout-uri"] = "it is told of sign-outs no more",
    }.ToFrozenDictionary();

    /// <summary>Lists of which an entry that is taken away may be in use.</summary>
    private static readonly FrozenDictionary<string, string> Uses = new Dictionary<string, string>
    {
        ["post-logout-redirect-uri"] = "a sign-out that names it ends on our own page",
        ["origin"] = "its pages there may call the server no more",
        ["scope"] = "a request for it is refused",
        ["request-uri"] = "a request that names it is refused",
        ["authorization-type"] = "a request for it is refused",
        ["exchange-for"] = "it may exchange tokens for it no more",
    }.ToFrozenDictionary();

    internal async Task<ImmutableArray<string>> OfAsync(
        AppliedKind kind, string id, FieldValues before, FieldValues after, CancellationToken cancellation) => kind switch
        {
            AppliedKind.Resource => await OfScopesAsync(id, before["scope"].Except(after["scope"]), cancellation),
            AppliedKind.Client => [.. await OfRedirectUrisAsync(id, before, after, cancellation), .. OfFields(id, before, after)],
            _ => [],
        };

    internal async Task<ImmutableArray<string>> OfRemovalAsync(
        AppliedKind kind, string id, FieldValues values, CancellationToken cancellation) => kind switch
        {
            AppliedKind.Resource => await OfScopesAsync(id, values["scope"], cancellation),
            AppliedKind.Client => [$"{id}: it is gone, with what it was given. {await UseAsync(id, values, cancellation)}"],
            _ => [],
        };

    private async Task<ImmutableArray<string>> OfRedirectUrisAsync(
        string id, FieldValues before, FieldValues after, CancellationToken cancellation)
    {
        const string Key = "redirect-uri";
        var lost = before[Key].Except(after[Key]).ToList();
        if (lost.Count == 0)
        {
            return [];
        }

        var count = await CountAsync(id, cancellation);
        var which = count == 0 ? ""
            : before[Key].Length == 1 ? " All of them came back there."
            : " Which address each came back to is not recorded.";
        return [.. lost.Select(uri => $"{id}: sign-ins that come back to {uri} are refused. {SignIns(count)}{which}")];
    }

    private static IEnumerable<string> OfFields(string id, FieldValues before, FieldValues after)
    {
        // Whatever is switched on again breaks nothing.
        foreach (var key in before.Differences(after).Order(StringComparer.Ordinal).Where(key => after[key] is not ["false"]))
        {
            var (gained, lost) = (after[key].Except(before[key]).Any(), before[key].Except(after[key]).ToList());
            if (Uses.GetValueOrDefault(key) is { } use)
            {
                foreach (var entry in lost)
                {
                    yield return $"{id}: {key} {entry} is taken away: {use}.";
                }
            }
            else if ((gained || !after[key].IsEmpty ? Demands : Losses).GetValueOrDefault(key) is { } why)
            {
                yield return $"{id}: {key} changes: {why}.";
            }
            else if (lost.Count > 0 && Demands.GetValueOrDefault(key) is { } otherwise && IsChoice(key))
            {
                yield return $"{id}: {key} changes: {otherwise}.";
            }
        }
    }

    /// <summary>Fields that have a value also where the file leaves them out: to leave them out demands something else, not less.</summary>
    private static bool IsChoice(string key) => key is "auth" or "jwks" or "jwks-uri" or "profile"
        || key.EndsWith("-alg", StringComparison.Ordinal)
        || key.EndsWith("-encryption", StringComparison.Ordinal);

    private async Task<ImmutableArray<string>> OfScopesAsync(string resource, IEnumerable<string> lost, CancellationToken cancellation)
    {
        var clients = await database.Clients.AsNoTracking().ToListAsync(cancellation);
        return
        [
            .. lost.SelectMany(scope => clients.Where(client => client.Scopes.Contains(scope))
                .Select(client => $"{client.Id}: its tokens with the scope {scope} name {resource} no more.")),
        ];
    }

    /// <summary>The tokens of a machine are nobody's grant, and leave nothing to be counted.</summary>
    private async Task<string> UseAsync(string id, FieldValues values, CancellationToken cancellation) => values["type"] is ["machine"]
        ? "How often a machine gets tokens is not recorded."
        : SignIns(await CountAsync(id, cancellation));

    private Task<int> CountAsync(string id, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - Lately;
        return database.Grants.CountAsync(grant => grant.ClientId == id && grant.CreatedAt >= since, cancellation);
    }

    private static string SignIns(int count) => count switch
    {
        0 => "Nobody got tokens for it in the last 7 days.",
        1 => "In the last 7 days it got tokens for 1 sign-in.",
        _ => string.Create(CultureInfo.InvariantCulture, $"In the last 7 days it got tokens for {count} sign-ins."),
    };
}
