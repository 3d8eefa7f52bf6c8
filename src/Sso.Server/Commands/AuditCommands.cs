using System.CommandLine;
using System.Diagnostics;
using Sso.Data.Operations;
using Sso.Data.Secrets;

namespace Sso.Server.Commands;

/// <summary><c>sso audit …</c>.</summary>
internal static class AuditCommands
{
    private const int MostFlaws = 20;

    public static Command Build(CommandHost host)
    {
        var verify = new Command("verify", "Prove that no sealed security event was changed or deleted.");
        verify.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(parsed, VerifyAsync, cancellation));
        return new Command("audit", "The record of security events.") { verify };
    }

    private static async Task<int> VerifyAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        await services.GetRequiredService<DataKeyRing>().LoadAsync(cancellation);
        var findings = await services.GetRequiredService<AuditVerification>().RunAsync(MostFlaws, cancellation);
        output.Done(findings, CommandJson.Readable.AuditFindings, people => Describe(people, findings));
        return findings.IsSound ? ExitCode.Done : ExitCode.Refused;
    }

    internal static void Describe(CommandOutput people, AuditFindings findings)
    {
        if (findings.IsSound)
        {
            people.Say($"{findings.Sealed} events are as they were sealed.");
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

        people.Note($"{findings.Waiting} events wait to be sealed; the server does that each second.");
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
