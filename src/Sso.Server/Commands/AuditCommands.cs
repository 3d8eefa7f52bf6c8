using System.CommandLine;
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
        var findings = await services.GetRequiredService<AuditChain>().VerifyAsync(MostFlaws, cancellation);
        output.Done(findings, CommandJson.Readable.AuditFindings, people =>
        {
            if (findings.IsSound)
            {
                people.Say($"{findings.Sealed} events are as they were sealed.");
            }

            people.Warn(findings.Flaws.Select(flaw => flaw.Row is { } row
                ? $"Event {flaw.Sequence} (row {row}) was changed, or the one before it."
                : $"Event {flaw.Sequence} was deleted."));
            if (!findings.IsHeadTrue)
            {
                people.Warn(["The end of the chain is not the one that the server wrote."]);
            }

            people.Note($"{findings.Waiting} events wait to be sealed; the server does that once a minute.");
        });
        return findings.IsSound ? ExitCode.Done : ExitCode.Refused;
    }
}
