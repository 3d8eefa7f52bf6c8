using System.CommandLine;
using Sso.Accounts.Passwords;

namespace Sso.Server.Commands;

/// <summary><c>sso password-policy</c>.</summary>
internal static class PasswordPolicyCommand
{
    public static Command Build(CommandHost host)
    {
        var show = new Command("password-policy", "Show which new passwords are taken, and why.");
        show.SetAction((parsed, cancellation) => host.OnDatabaseAsync(parsed, ShowAsync, cancellation));
        return show;
    }

    private static async Task<int> ShowAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var policy = await services.GetRequiredService<PasswordFloor>().ViewAsync(cancellation);
        return output.Done(policy, CommandJson.Readable.PasswordPolicyView, people => people.Facts(
            ("Shortest", $"{policy.Shortest} characters"),
            ("Longest", $"{policy.LongestBytes} bytes"),
            ("A password stands alone", StandsAlone(policy)),
            ("Composition", "no rules"),
            ("Expiry", "none"),
            ("Refused words", $"{string.Join(", ", policy.ContextWords)}, and the person's own names and address"),
            ("Refused list", $"{policy.ListSize} passwords, {policy.ListVersion}")));
    }

    private static string StandsAlone(PasswordPolicyView policy)
    {
        var doors = policy.ClientsThatTakePasswordAlone.Select(id => $"at {id}");
        return string.Join(", ", policy.AccountAreaTakesPasswordAlone ? doors.Prepend("in the account area") : doors) is
        {
            Length: > 0,
        } named ? named : "nowhere";
    }
}
