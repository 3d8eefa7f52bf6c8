using Sso.Accounts.Administrators;
using Sso.Data.Operations;
using Sso.Server.Http;

namespace Sso.Server.Operations;

/// <summary>
/// Tells whoever starts the server of the link that makes the first administrator: on standard output, because logs are sent to where
/// others read them.
/// </summary>
internal static class FirstLink
{
    public const string Path = "/console/setup";

    public static string AddressOf(string issuer, string secret) => $"{issuer}{Path}?link={secret}";

    /// <summary>Says nothing once there has been an administrator, nor while the database does not answer.</summary>
    public static async Task AnnounceAsync(IServiceProvider services, TextWriter terminal, CancellationToken cancellation)
    {
        if (!services.GetRequiredService<ServerState>().IsReady)
        {
            return;
        }

        await using var scope = services.CreateAsyncScope();
        try
        {
            if (await scope.ServiceProvider.GetRequiredService<FirstAdministrator>().MakeLinkAsync(cancellation) is { } secret)
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
