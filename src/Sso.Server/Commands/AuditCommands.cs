using System.CommandLine;
using System.Diagnostics;
using Sso.Accounts.Audit;
using Sso.Admin;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Server.AdminApi;

namespace Sso.Server.Commands;

/// <summary><c>sso audit …</c>.</summary>
internal static class AuditCommands
{
    private const int MostFlaws = 20;

    private static readonly Option<int?> Latest = new("--latest") { Description = "Only so many of the newest events." };

    private static readonly Option<string> Kind = new Option<string>("--kind") { Description = "Only this kind of event." }
        .AcceptOnlyFromAmong(CommandWords.All<SecurityEventKind>());

    private static readonly Option<string> Person =
        new("--person") { Description = "Only about this person: user name, e-mail address or subject." };

    private static readonly Option<string> Client = new("--client") { Description = "Only about the client with this id." };

    private static readonly Option<string> By =
        new("--by") { Description = "Only what this administrator did, or this actor, such as command:root." };

    private static readonly Option<DateTimeOffset?> From =
        new("--from") { Description = "Only from this time on, such as 2026-11-30T00:00Z." };

    private static readonly Option<DateTimeOffset?> Until = new("--until") { Description = "Only before this time." };

    public static Command Build(CommandHost host)
    {
        var verify = new Command("verify", "Prove that no sealed security event was changed or deleted.") { Latest };
        verify.Validators.Add(result =>
        {
            if (result.GetValue(Latest) < 1)
            {
                result.AddError("--latest is at least 1: of no event it would say that all is sound.");
            }
        });
        verify.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            (services, output, cancellation) => VerifyAsync(services, output, parsed.GetValue(Latest), cancellation),
            cancellation));
        return new Command("audit", "The record of security events.") { verify, Export(host) };
    }

    private static Command Export(CommandHost host)
    {
        var export = new Command("export", "Write events as JSON, one on each line, the oldest first.")
        {
            Kind, Person, Client, By, From, Until,
        };
        export.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var search = new EventSearch(
                    parsed.GetValue(Kind) is { } kind ? CommandWords.Parse<SecurityEventKind>(kind) : null, parsed.GetValue(Person),
                    parsed.GetValue(Client), parsed.GetValue(By), parsed.GetValue(From), parsed.GetValue(Until));
                if ((await services.GetRequiredService<ExportEvents>().ExecuteAsync(search, CommandActor.By, cancellation))
                    .Failed(out var refusal, out var found))
                {
                    return output.Refuse(refusal);
                }

                await EventLines.WriteAsync(host.Terminal.Out, found.Events, cancellation);
                return ExitCode.Done;
            },
            cancellation));
        return export;
    }

    private static async Task<int> VerifyAsync(
        IServiceProvider services, CommandOutput output, int? latest, CancellationToken cancellation)
    {
        await services.GetRequiredService<DataKeyRing>().LoadAsync(cancellation);
        var findings = await services.GetRequiredService<AuditVerification>().RunAsync(MostFlaws, cancellation, latest);
        output.Done(findings, CommandJson.Readable.AuditFindings, people => Describe(people, findings));
        return findings.IsSound ? ExitCode.Done : ExitCode.Refused;
    }

    internal static void Describe(CommandOutput people, AuditFindings findings)
    {
        if (findings.IsSound)
        {
            people.Say($"{Counted.Of(findings.Seen, "event is as it was", "events are as they were")} sealed.");
        }

        if (findings.KeptFrom is { } keptFrom)
        {
            people.Note($"The record is kept from {CommandOutput.Time(keptFrom)}; what was older was deleted by rule.");
        }

        people.Warn(findings.Flaws.Select(Describe));
        if (!findings.IsHeadTrue)
        {
            people.Warn(["The ends of the chain are not those that the server wrote."]);
        }

        people.Note($"{Counted.Of(findings.Waiting, "event waits", "events wait")} to be sealed; the server does that each second.");
    }

    private static string Describe(AuditFlaw flaw) => flaw.Kind switch
    {
        AuditFlawKind.Changed => $"Event {flaw.Sequence} (row {flaw.Row}) was changed.",
        AuditFlawKind.Deleted => $"Event {flaw.Sequence} was deleted.",
        AuditFlawKind.NotOurs => $"Event {flaw.Sequence} (row {flaw.Row}) was not sealed by the server.",
        AuditFlawKind.TornOut => $"The row {flaw.Row} was sealed and has lost its place.",
        _ => throw new UnreachableException(),
    };
}
