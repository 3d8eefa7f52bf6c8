using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol;

namespace Sso.Admin.Clients;

/// <summary>One registration.</summary>
public sealed class ShowClient(SsoDbContext database)
{
    public async Task<Result<ClientView, Refusal>> ExecuteAsync(string clientId, CancellationToken cancellation) =>
        await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is { } found
            ? ClientView.Of(found)
            : NotFound(clientId);

    internal static Refusal NotFound(string clientId) =>
        Refusal.NotFound("client_id", $"There is no client '{clientId}'.", "List the clients to see their ids; capitals count.", clientId);
}
