using System.CommandLine;
using System.Globalization;
using Sso.Admin.Keys;

namespace Sso.Server.Commands;

/// <summary><c>sso key …</c>.</summary>
internal static class KeyCommands
{
    private static readonly Option<bool> Now =
        new("--now")
        {
            Description = "Sign with the new keys when no key set that is kept is without them: after 15 minutes, not 14 days.",
        };

    private static readonly Argument<string> Kid = new("kid") { Description = "The key id, as sso key list shows it." };

    private static readonly Option<bool> Yes =
        new("--yes") { Description = "Really: everybody is signed out and every application loses its access." };

    private const string RenewalEnds = "This signs everybody out and takes every application's access away.";

    public static Command Build(CommandHost host)
    {
        var list = new Command("list", "List the signing keys.");
        list.SetAction((parsed, cancellation) => host.OnDatabaseAsync(parsed, ListAsync, cancellation));
        var rotate = new Command("rotate", "Make the successors of the signing keys before their time.") { Now };
        rotate.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed, (services, output, cancellation) => RotateAsync(parsed.GetValue(Now), services, output, cancellation), cancellation));
        var revoke = new Command(
            "revoke", "Take a stolen signing key out of use at once. Whatever it signed is refused within seconds.") { Kid };
        revoke.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed, (services, output, cancellation) => RevokeAsync(parsed.GetRequiredValue(Kid), services, output, cancellation),
            cancellation));
        var renew = new Command(
            "renew", "Replace every key that seals cookies, codes and links, and end whatever was given out under them.") { Yes };
        renew.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) => await RenewAsync(
                parsed.GetValue(Yes)
                    || (Confirmation.CanAsk(host, parsed) && await Confirmation.IsTypedAsync(host, "renew", RenewalEnds, cancellation)),
                services, output, cancellation),
            cancellation));
        return new Command("key", "The keys that sign tokens, and those that seal.") { list, rotate, revoke, renew };
    }

    private static async Task<int> ListAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var keys = await services.GetRequiredService<ListKeys>().ExecuteAsync(cancellation);
        var rotations = await services.GetRequiredService<ListFetches>().ExecuteAsync(keys, cancellation);
        keys = [.. keys.Select(key => key with { Fetches = rotations.FirstOrDefault(of => of.Kids.Contains(key.Kid))?.Summary })];
        return output.Done(keys, CommandJson.Readable.ImmutableArrayKeyView, people =>
        {
            if (keys.IsEmpty)
            {
                people.Note("There is no signing key yet. The server makes the first ones when it starts.");
                return;
            }

            ShowTable(people, keys);
            foreach (var rotation in rotations)
            {
                ShowLagging(people, rotation);
            }
        });
    }

    private static void ShowLagging(CommandOutput people, KeyFetches rotation)
    {
        var (from, summary) = (CommandOutput.Time(rotation.ActiveFrom), rotation.Summary);
        if (!summary.NotFetched.IsEmpty)
        {
            people.Note($"Not seen to fetch the keys that sign from {from}: {string.Join(", ", summary.NotFetched)}");
        }

        if (summary.Unknown > 0)
        {
            people.Note($"Not known from where they ask, nor whether they have the keys that sign from {from}: {summary.Unknown} more");
        }
    }

    private static async Task<int> RotateAsync(bool atOnce, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var rotated = await services.GetRequiredService<RotateKeys>().ExecuteAsync(atOnce, cancellation);
        return output.Done(rotated, CommandJson.Readable.KeysRotated, people =>
        {
            people.Say("The successors:");
            ShowTable(people, rotated.Successors);
            people.Warn(rotated.Warnings);
        });
    }

    private static async Task<int> RevokeAsync(string kid, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        if ((await services.GetRequiredService<RevokeKey>().ExecuteAsync(kid, cancellation)).Failed(out var refusal, out var revoked))
        {
            return output.Refuse(refusal);
        }

        return output.Done(revoked, CommandJson.Readable.KeyRevoked, people =>
        {
            people.Say($"The key {revoked.Revoked.Kid} is gone. What it signed is refused by every node within seconds.");
            if (revoked.Signs is { } signs)
            {
                people.Say("In its place signs:");
                ShowTable(people, [signs]);
            }

            people.Note(
                "Applications and APIs that keep the key set trust the old key until they read it again: 15 minutes at most "
                    + "where they honour Cache-Control.");
        });
    }

    private static async Task<int> RenewAsync(bool really, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        if (!really)
        {
            return output.Fail(
                ExitCode.Usage, RenewalEnds, "Say --yes if that is what you want.");
        }

        var renewed = await services.GetRequiredService<RenewSecrets>().ExecuteAsync(cancellation);
        return output.Done(renewed, CommandJson.Readable.SecretsRenewed, people =>
        {
            people.Say("The keys are renewed. What ended:");
            people.Table(
                ["Sessions", "Grants of applications", "Trusted devices", "Mailed links"],
                [[Count(renewed.Sessions), Count(renewed.Grants), Count(renewed.TrustedDevices), Count(renewed.MailedLinks)]]);
            people.Note(
                "Restart every node: forms that are open now stay valid on a node until then. If tokens may have been "
                    + "forged too: sso key rotate --now");
        });
    }

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void ShowTable(CommandOutput people, IEnumerable<KeyView> keys) => people.Table(
        ["Key id", "Algorithm", "State", "Signs from", "Signs until", "Published until", "Fetched by"],
        keys.Select(key => (string[])
        [
            key.Kid, key.Algorithm, CommandWords.Of(key.State),
            CommandOutput.Time(key.ActiveFrom), CommandOutput.Time(key.ActiveUntil), CommandOutput.Time(key.PublishedUntil),
            key.Fetches is { } fetches
                ? $"{Count(fetches.Fetched)} of {Count(fetches.Fetched + fetches.Unknown + fetches.NotFetched.Length)}"
                : "",
        ]));
}
