using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using Sso.Data;
using Sso.Data.Authorization;
using Sso.Data.Secrets;
using Sso.Extensions.RequestObjects;

namespace Sso.Server.Authorization;

/// <summary>Pushed requests (RFC 9126): written once, read at the beginning, at each page and when the code is redeemed.</summary>
internal sealed class PushedRequestStore(IDbContextFactory<SsoDbContext> contexts, Sealer sealer, TimeProvider clock)
{
    /// <summary>Long enough for a flow that began in the last second, and for the code of that flow's last second.</summary>
    private static readonly TimeSpan Kept = PushedRequest.Lifetime + FlowSealer.Lifetime + TimeSpan.FromMinutes(2);

    private static readonly HotStatement Insertion = HotStatement.InsertOf<PushedRequest>();

    private static readonly HotStatement Answer = new(words =>
        $"""
        UPDATE {words.Table<PushedRequest>()}
        SET {words.Is<PushedRequest>(nameof(PushedRequest.UsedAt))}
        WHERE {words.Is<PushedRequest>(nameof(PushedRequest.Hash))}
          AND {words.Column<PushedRequest>(nameof(PushedRequest.UsedAt))} IS NULL
        """);

    private static readonly HotQuery<Func<SsoDbContext, byte[], CancellationToken, Task<PushedRequest?>>> ByHash = new(
        () => EF.CompileAsyncQuery(
            (SsoDbContext database, byte[] hash, CancellationToken cancellation) =>
                database.PushedRequests.AsNoTracking().SingleOrDefault(row => row.Hash == hash)));

    /// <summary>The parameters to be stored: those of the request, in the name of the client that was authenticated.</summary>
    public static OpenIddictRequest Of(string clientId, OpenIddictRequest parameters) =>
        parameters.Without(RequestObjects.Credentials).With("client_id", clientId);

    /// <summary>The request_uri.</summary>
    public async Task<string> PushAsync(string clientId, OpenIddictRequest parameters, CancellationToken cancellation)
    {
        var (handle, now) = (PushedRequest.NewHandle(), clock.GetUtcNow());
        var hash = PushedRequest.HashOf(handle);
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var pushed = new PushedRequest
        {
            Hash = hash,
            ClientId = clientId,
            Protected = sealer.Protect(PushedRequest.ContextOf(hash), parameters.ToForm()),
            CreatedAt = now,
            ExpiresAt = now + Kept,
        };
        await Insertion.ExecuteAsync(database, HotStatement.ValuesOf(database, pushed), cancellation);
        return RequestObjects.PushedPrefix + handle;
    }

    /// <summary>For a browser that begins: within its life, unanswered, and pushed by this client (RFC 9126 §4). One read.</summary>
    public Task<OpenIddictRequest?> BeginAsync(string requestUri, string? clientId, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - PushedRequest.Lifetime;
        return FindAsync(
            requestUri, pushed => pushed.ClientId == clientId && pushed.UsedAt is null && pushed.CreatedAt > since, cancellation);
    }

    /// <summary>For a flow that began with it in time and has not been answered yet. One read.</summary>
    public Task<OpenIddictRequest?> ContinueAsync(string requestUri, CancellationToken cancellation) =>
        FindAsync(requestUri, pushed => pushed.UsedAt is null, cancellation);

    /// <summary>For the code that was its answer. One read.</summary>
    public Task<OpenIddictRequest?> AnsweredAsync(string requestUri, CancellationToken cancellation) =>
        FindAsync(requestUri, pushed => pushed.UsedAt is not null, cancellation);

    /// <summary>True for the one request on any node that answers it first. One write.</summary>
    public async Task<bool> TryAnswerAsync(string requestUri, CancellationToken cancellation)
    {
        var (hash, now) = (HashOf(requestUri), clock.GetUtcNow());
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        return await Answer.ExecuteAsync(database, [now, hash], cancellation) == 1;
    }

    private async Task<OpenIddictRequest?> FindAsync(string requestUri, Func<PushedRequest, bool> isUsable, CancellationToken cancellation)
    {
        var hash = HashOf(requestUri);
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        return await ByHash.On(database)(database, hash, cancellation) is { } pushed
            && isUsable(pushed)
            ? RequestParameters.FromForm(sealer.UnprotectText(pushed.Context, pushed.Protected))
            : null;
    }

    private static byte[] HashOf(string requestUri) => PushedRequest.HashOf(requestUri[RequestObjects.PushedPrefix.Length..]);
}
