using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Server.Http;

namespace Sso.Server.Api;

/// <summary>
/// The requests that came with a key, on all nodes: a row is made before anything is done, and is given its answer afterwards.
/// </summary>
internal sealed class IdempotentRequests(IDbContextFactory<SsoDbContext> contexts, Sealer sealer, TimeProvider clock)
{
    /// <summary>The key of the row; and what is answered without doing anything, if it came before.</summary>
    public async Task<(byte[] Key, IResult? Before)> BeginAsync(HttpContext http, string typed)
    {
        var key = IdempotentRequest.KeyOf(ApiGate.CallerOf(http), typed);
        var address = http.Request.Path + http.Request.QueryString;
        var hash = IdempotentRequest.HashOf(http.Request.Method, address, await ApiBody.BytesAsync(http));
        await using var database = await contexts.CreateDbContextAsync(http.RequestAborted);
        var now = clock.GetUtcNow();
        await database.IdempotentRequests.Where(row => row.Key == key && row.ExpiresAt <= now).ExecuteDeleteAsync(http.RequestAborted);
        var row = new IdempotentRequest { Key = key, RequestHash = hash, ExpiresAt = now + IdempotentRequest.Longest };
        IResult? before = await database.TryInsertAsync(row, http.RequestAborted)
            ? null
            : await AnswerAsync(database, key, hash, http.RequestAborted);
        return (key, before);
    }

    /// <param name="key">As <see cref="BeginAsync"/> gave it.</param>
    /// <param name="done">Null if nothing was done.</param>
    public async Task EndAsync(byte[] key, ApiAnswer? done)
    {
        await using var database = await contexts.CreateDbContextAsync();
        var mine = database.IdempotentRequests.Where(row => row.Key == key && row.Protected == null);
        if (done is null)
        {
            await mine.ExecuteDeleteAsync();
            return;
        }

        var answer = new StoredAnswer(done.Status, done.Json, done.Tag, done.Location);
        var sealedAnswer = sealer.Protect(
            IdempotentRequest.ContextOf(key), JsonSerializer.SerializeToUtf8Bytes(answer, StoredJson.Default.StoredAnswer));
        var end = clock.GetUtcNow() + IdempotentRequest.Kept;
        await mine.ExecuteUpdateAsync(set => set.SetProperty(row => row.Protected, sealedAnswer).SetProperty(row => row.ExpiresAt, end));
    }

    private async Task<IResult> AnswerAsync(SsoDbContext database, byte[] key, byte[] hash, CancellationToken cancellation)
    {
        var found = await database.IdempotentRequests.AsNoTracking().SingleOrDefaultAsync(row => row.Key == key, cancellation);
        return found switch
        {
            not null when !CryptographicOperations.FixedTimeEquals(found.RequestHash, hash) => new ApiError(
                StatusCodes.Status422UnprocessableEntity, "Another request came with this Idempotency-Key. Make a key for each request."),
            { Protected: { } answer } when sealer.Unprotect(found.Context, answer) is { } opened
                && JsonSerializer.Deserialize(opened, StoredJson.Default.StoredAnswer) is { } stored =>
                new ApiAnswer(stored.Status, stored.Json) { Tag = stored.Tag, Location = stored.Location },
            _ => new ApiError(StatusCodes.Status409Conflict, "The request with this Idempotency-Key is being answered. Ask again.")
            {
                RetryAfter = TimeSpan.FromSeconds(1),
            },
        };
    }
}

/// <summary>An answer as it is kept, sealed.</summary>
internal sealed record StoredAnswer(int Status, byte[]? Json, string? Tag, string? Location)
{
    public override string ToString() => $"answer {Status}";
}

[JsonSerializable(typeof(StoredAnswer))]
internal sealed partial class StoredJson : JsonSerializerContext;
