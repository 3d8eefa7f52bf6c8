using System.CommandLine;
using Sso.Admin;
using Sso.Admin.Logouts;

namespace Sso.Server.Commands;

/// <summary><c>sso logout …</c>.</summary>
internal static class LogoutCommands
{
    private static readonly Option<int> Hours = new("--hours") { Description = "How far back. [24]", DefaultValueFactory = _ => 24 };
    private static readonly Option<bool> Troubled = new("--troubled") { Description = "Only those that were not told." };
    private static readonly Option<string> Client = new("--client") { Description = "Only those of this client." };

    public static Command Build(CommandHost host)
    {
        var log = new Command("log", "List which applications were told that a session is over, and which were not.") { Hours, Troubled };
        log.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            (services, output, cancellation) => LogAsync(
                TimeSpan.FromHours(Math.Clamp(parsed.GetValue(Hours), 1, 24 * 366)),
                parsed.GetValue(Troubled), services, output, cancellation),
            cancellation));
        var retry = new Command("retry", "Try those again that were not told, at once and for 24 hours more.") { Client };
        retry.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
                (await services.GetRequiredService<RetryLogouts>().ExecuteAsync(parsed.GetValue(Client), cancellation))
                    .Failed(out var refusal, out var retried)
                    ? output.Refuse(refusal)
                    : output.Done(
                        retried, CommandJson.Readable.LogoutsRetried,
                        people => people.Say($"{Counted.Of(retried.Notices, "notice is", "notices are")} tried again.")),
            cancellation));
        return new("logout", "What applications were told of sign-outs (Back-Channel Logout).") { log, retry };
    }

    private static async Task<int> LogAsync(
        TimeSpan back, bool onlyTroubled, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var notices = await services.GetRequiredService<ListLogouts>().ExecuteAsync(back, onlyTroubled, cancellation);
        return output.Done(notices, CommandJson.Readable.ImmutableArrayLogoutView, people => people.Table(
            ["Session ended", "Client", "Session", "State", "Attempts", "Latest outcome", "Done", "Next"],
            notices.Select(notice => (string[])
            [
                CommandOutput.Time(notice.EndedAt),
                notice.ClientId,
                notice.Session,
                CommandWords.Of(notice.Status),
                $"{notice.Attempts}",
                notice.Outcome ?? "–",
                CommandOutput.Time(notice.DoneAt),
                CommandOutput.Time(notice.NextAttemptAt),
            ])));
    }
}
