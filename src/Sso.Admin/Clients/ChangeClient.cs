using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>
/// Changes a registration by the rules for a new one. What a client is (its type), and what its people's subjects are made of (pairwise,
/// sector), stays: with that changed it would be another client.
/// </summary>
public sealed class ChangeClient(SsoDbContext database, AddClient clients, KeyOptions keys, TimeProvider clock)
{
    /// <param name="clientId">The client to change.</param>
    /// <param name="change">Turns the registration as it is into what is wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<Result<ClientAdded, Refusal>> ExecuteAsync(
        string clientId, Func<Client, Client> change, CancellationToken cancellation) =>
        ExecuteAsync(clientId, _ => null, change, cancellation);

    /// <param name="clientId">The client to change.</param>
    /// <param name="refuse">Why the registration as it is is not to be changed; null if it is.</param>
    /// <param name="change">Turns it into what is wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task<Result<ClientAdded, Refusal>> ExecuteAsync(
        string clientId, Func<ClientView, Refusal?> refuse, Func<Client, Client> change, CancellationToken cancellation) =>
        ExecuteAsync(clientId, refuse, change, () => Task.FromResult<Refusal?>(null), cancellation);

    /// <param name="clientId">The client to change.</param>
    /// <param name="refuse">Why the registration as it is is not to be changed; null if it is.</param>
    /// <param name="change">Turns it into what is wanted.</param>
    /// <param name="together">What is written in the same transaction; what it refuses keeps all of it from being written.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Result<ClientAdded, Refusal>> ExecuteAsync(
        string clientId, Func<ClientView, Refusal?> refuse, Func<Client, Client> change, Func<Task<Refusal?>> together,
        CancellationToken cancellation)
    {
        if (await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } read)
        {
            return ShowClient.NotFound(clientId);
        }

        if (refuse(ClientView.Of(read)) is { } refused)
        {
            return refused;
        }

        var prepared = Prepare(read, client => Derived(client, change(client)));
        return (await CheckAsync(prepared, cancellation)).Failed(out var refusal, out var sector)
            ? refusal
            : await database.AllOrNothingAsync<ClientAdded>(
                async () => await together() is { } other ? other : await WriteAsync(prepared, sector, cancellation), cancellation);
    }

    /// <summary>What a change would make of a registration that was read without being tracked.</summary>
    internal PreparedChange Prepare(ClientRegistration read, Func<Client, Client> change)
    {
        // Its type is what it is now, whatever would follow from the change.
        var current = (Client)read with { Type = read.Type };
        var wanted = FapiRules.Complete(change(current), keys.Offered);
        return new(ClientView.Of(read), wanted, Complete(current, wanted));
    }

    /// <summary>All that may wait for others. Outside any transaction.</summary>
    internal Task<Result<ClientSector, Refusal>> CheckAsync(PreparedChange prepared, CancellationToken cancellation) =>
        // Its id was checked when it was registered, and that of a document is an address.
        clients.CheckAsync(prepared.Wanted with { Id = "checked-elsewhere" }, prepared.Before.RegisteredBy, cancellation);

    /// <summary>The check may have called the sector's address: so the row may have changed by now.</summary>
    internal Task<Result<ClientAdded, Refusal>> WriteAsync(
        PreparedChange prepared, ClientSector sector, CancellationToken cancellation) => database.AllOrNothingAsync<ClientAdded>(async () =>
    {
        var (before, wanted, stored) = prepared;
        await database.RaiseClientsVersionAsync(cancellation);
        var found = await database.Clients.SingleOrDefaultAsync(client => client.Id == before.Id, cancellation);
        if (found is null || !JsonNode.DeepEquals(ClientView.Of(found).ToJson(), before.ToJson()))
        {
            return Refusal.Taken("client_id", $"The client '{before.Id}' was changed or removed at this moment.", "Try again.");
        }

        if (await FlawAsync(found, wanted, sector, cancellation) is { } flaw)
        {
            return flaw;
        }

        database.Entry(found).CurrentValues.SetValues(found.Described(stored));
        if (!found.AuthenticationMethod.IsBySecret())
        {
            (found.FirstSecret, found.SecondSecret) = (null, null);
        }

        var changes = RecordedChanges.Of(before.ToJson(), ClientView.Of(found).ToJson());
        database.SecurityEvents.Add(SecurityEvent.ClientChanged(clock.GetUtcNow(), before.Id, "changed", changes));
        var doubts = await database.DoubtsAsync(wanted, cancellation);
        return new ClientAdded(ClientView.Of(found), Secret: null, [.. doubts.Select(doubt => doubt.What)]);
    }, cancellation);

    private async Task<Refusal?> FlawAsync(
        ClientRegistration found, Client wanted, ClientSector sector, CancellationToken cancellation) =>
        wanted switch
        {
            { BrandId: { } brand } when !await database.HasBrandAsync(brand, cancellation) => BrandQueries.NotFound(brand),
            _ when sector.Host != found.Sector => Refusal.Invalid(new FieldProblem(
                "redirect_uris",
                $"With these redirect URIs its sector would be another than '{found.Sector}', and each person a stranger to it.",
                "Keep the host, or register another client.")),
            _ when NeedsNewSecret(found.AuthenticationMethod, wanted.AuthenticationMethod) => Refusal.Invalid(new FieldProblem(
                "authentication_method",
                "Its secret cannot be used that way, and a secret is only made with a client.",
                "Register it anew with that method.")),
            _ => await clients.UnknownTargetAsync(wanted, cancellation),
        };

    /// <summary>client_secret_jwt has a sealed secret; the two methods that send it have only its hash.</summary>
    private static bool NeedsNewSecret(ClientAuthenticationMethod former, ClientAuthenticationMethod method) => method.IsBySecret()
        && (!former.IsBySecret()
            || (former == ClientAuthenticationMethod.ClientSecretJwt) != (method == ClientAuthenticationMethod.ClientSecretJwt));

    /// <summary>What follows from other fields is derived again, unless it was set explicitly.</summary>
    private static Client Derived(Client former, Client wanted) =>
        wanted.Type == ClientType.Spa
        && !wanted.RedirectUris.SequenceEqual(former.RedirectUris)
        && wanted.Origins.SequenceEqual(former.Origins)
            ? wanted with { Origins = [] }
            : wanted;

    /// <summary>What is stored: the client's scopes and grants stay unless the change names them.</summary>
    private static Client Complete(Client former, Client wanted)
    {
        var complete = AddClient.Complete(wanted);
        var sameScopes = wanted.Scopes.SequenceEqual(former.Scopes);
        // The grants of a client that registered itself are its own choice; two of them are ours to give.
        string[] given = [GrantTypes.Ciba, GrantTypes.TokenExchange];
        List<string> grants = [.. former.GrantTypes.Except(given), .. complete.GrantTypes.Intersect(given)];
        if (!sameScopes
            && complete.Scopes.Contains(Scopes.OfflineAccess)
            && grants.Contains(GrantTypes.AuthorizationCode)
            && !grants.Contains(GrantTypes.RefreshToken))
        {
            grants.Add(GrantTypes.RefreshToken);
        }

        // As if it were registered now: without the scope, an operator's page gets no such grant.
        if (!sameScopes && !former.IsUnverified && !complete.Scopes.Contains(Scopes.OfflineAccess))
        {
            grants.Remove(GrantTypes.RefreshToken);
        }

        return complete with { Scopes = sameScopes ? former.Scopes : complete.Scopes, GrantTypes = grants };
    }
}

/// <summary>A change that is not yet written.</summary>
/// <param name="Before">The registration as it was read.</param>
/// <param name="Wanted">What was asked for, with what its profile turns on.</param>
/// <param name="Stored">With all that follows.</param>
internal sealed record PreparedChange(ClientView Before, Client Wanted, Client Stored);
