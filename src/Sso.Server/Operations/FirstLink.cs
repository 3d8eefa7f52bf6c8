using Sso.Accounts.Administrators;
using Sso.Data.Operations;
using Sso.Server.Http;

namespace Sso.Server.Operations;

/// <summary>
/// Tells whoever starts the server of the link that makes the first administrator: on the terminal, and only if it is one. Whatever keeps
/// what a program says (a journal, the log of a container) is read by others, and is told how to get a link.
/// </summary>
internal static class FirstLink
{
    public const string Path = "/console/setup";

    public static string AddressOf(string issuer, string secret) => $"{issuer}{Path}?link={secret}";

    /// <summary>Says nothing once there has been an administrator, nor while the database does not answer.</summary>
    /// <param name="services">Of the server.</param>
    /// <param name="terminal">Standard output.</param>
    /// <param name="isRedirected">It goes to a file or another program.</param>
    /// <param name="cancellation">Stops the start.</param>
    public static async Task AnnounceAsync(
        IServiceProvider services, TextWriter terminal, bool isRedirected, CancellationToken cancellation)
    {
        if (!services.GetRequiredService<ServerState>().IsReady)
        {
            return;
        }

        await using var scope = services.CreateAsyncScope();
        try
        {
            var first = scope.ServiceProvider.GetRequiredService<FirstAdministrator>();
            if (isRedirected)
            {
                if (await first.IsAwaitedAsync(cancellation))
                {
                    await terminal.WriteLineAsync(
                        "There is no administrator yet. For a link that makes one, type in a terminal of this machine: sso admin link");
                }
            }
            else if (await first.MakeLinkAsync(cancellation) is { } secret)
            {
                var issuer = services.GetRequiredService<SsoOptions>().Issuer;
                await terminal.WriteLineAsync(
                    $"""
                    There is no administrator yet. Within 15 minutes, open this link once to become the owner:
                      {AddressOf(issuer, secret)}
                    For another link: sso admin link
                    """);
            }
        }
        catch (Exception exception) when (DatabaseTroubles.Find(exception) is not null)
        {
            await terminal.WriteLineAsync("The database takes no link for the first administrator now. Later: sso admin link");
        }
    }
}
