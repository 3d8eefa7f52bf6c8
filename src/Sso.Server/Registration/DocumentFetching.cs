using Sso.Admin.Clients;
using Sso.Server.Outgoing;

namespace Sso.Server.Registration;

/// <summary>
/// Lets the operations on registrations read what an address of a registration publishes, through the guarded client and nothing else.
/// </summary>
internal static class DocumentFetching
{
    public static IServiceCollection AddDocumentFetch(this IServiceCollection services) => services.AddSingleton<DocumentFetch>(
        provider => provider.GetRequiredService<OutgoingHttp>().FetchAsync);
}
