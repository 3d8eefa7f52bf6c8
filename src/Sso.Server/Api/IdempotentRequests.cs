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
/// The requests that came with a key, on all nodes: a row is made before anything is done, marked in the transaction that does it, and
/// given its answer afterwards. A request whose row is not marked did nothing; one whose row is marked is never done again.
/// </summary>
internal sealed class IdempotentRequests(IDbContextFactory<SsoDbContext> contexts, Sealer sealer, TimeProvider clock)
{
    public static ApiError Overtaken { get; } = new(
        StatusCodes.Status409Conflict,
        "This took so long that the request came again meanwhile, so nothing was done here. Ask again with the same Idempotency-Key.");

    private static readonly ApiError BeingAnswered = new(
        StatusCodes.Status409Conflict, "The request with this Idempotency-Key is being answered. Ask again.")
    {
        RetryAfter = TimeSpan.FromSeconds(1),
    };

    private static readonly ApiError AnswerLost = new(
        StatusCodes.Status409Conflict,
        "The request with this Idempotency-Key was done, but its answer was lost, and it is not done again. Read what it was about by GET:"
        + " what was added has the id or name that you sent. A secret that was in the answer cannot be read: revoke it and make another;"
        + " for a webhook, find it by its address and rotate its secret.");

    /// <summary>The attempt; and what is answered without doing anything, if the request came before.</summary>
    public async Task<(IdempotentAttempt Attempt, IResult? Before)> BeginAsync(HttpContext http, string typed)
    {
        var request = http.Request;
        var key = IdempotentRequest.KeyOf(ApiGate.CallerOf(http), typed);
        var hash = IdempotentRequest.HashOf(
            request.Method, request.Path + request.QueryString, request.ContentType, request.Headers.IfMatch,
            await ApiBody.BytesAsync(http));
        await using var database = await contexts.CreateDbContextAsync(http.RequestAborted);
        var now = clock.GetUtcNow();
        await database.IdempotentRequests.Where(row => row.Key == key && row.ExpiresAt <= now).ExecuteDeleteAsync(http.RequestAborted);
        var attempt = new IdempotentAttempt(key, Guid.CreateVersion7(now));
        var row = new IdempotentRequest
        {
            Key = key,
            Owner = attempt.Owner,
            RequestHash = hash,
            ExpiresAt = now + IdempotentRequest.Longest,
        };
        IResult? before = await database.TryInsertAsync(row, http.RequestAborted)
            ? null
            : await AnswerAsync(database, key, hash, http.RequestAborted);
        return (attempt, before);
    }

    public async Task KeepAsync(IdempotentAttempt attempt, ApiAnswer done)
    {
        var answer = new StoredAnswer(done.Status, done.Json, done.Tag, done.Location);
        var sealedAnswer = sealer.Protect(
            IdempotentRequest.ContextOf(attempt.Key), JsonSerializer.SerializeToUtf8Bytes(answer, StoredJson.Default.StoredAnswer));
        var end = clock.GetUtcNow() + IdempotentRequest.Kept;
        await using var database = await contexts.CreateDbContextAsync();
        await Of(database, attempt)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Protected, sealedAnswer).SetProperty(row => row.ExpiresAt, end));
    }

    /// <summary>It was refused.</summary>
    public async Task ForgetAsync(IdempotentAttempt attempt)
    {
        await using var database = await contexts.CreateDbContextAsync();
        await Of(database, attempt).ExecuteDeleteAsync();
    }

    /// <summary>It broke off, perhaps after it was done.</summary>
    public async Task ForgetUnlessDoneAsync(IdempotentAttempt attempt)
    {
        await using var database = await contexts.CreateDbContextAsync();
        await Of(database, attempt).Where(row => row.DoneAt == null).ExecuteDeleteAsync();
    }

    /// <summary>Nothing if a later attempt holds the key.</summary>
    private static IQueryable<IdempotentRequest> Of(SsoDbContext database, IdempotentAttempt attempt) =>
        database.IdempotentRequests.Where(row => row.Key == attempt.Key && row.Owner == attempt.Owner);

    private async Task<IResult> AnswerAsync(SsoDbContext database, byte[] key, byte[] hash, CancellationToken cancellation)
    {
        var found = await database.IdempotentRequests.AsNoTracking().SingleOrDefaultAsync(row => row.Key == key, cancellation);
        return found switch
        {
            not null when !CryptographicOperations.FixedTimeEquals(found.RequestHash, hash) => new ApiError(
                StatusCodes.Status422UnprocessableEntity, "Another request came with this Idempotency-Key. Make a key for each request."),
            { Protected: { } answer } => sealer.Unprotect(found.Context, answer) is { } opened
                && JsonSerializer.Deserialize(opened, StoredJson.Default.StoredAnswer) is { } stored
                ? new ApiAnswer(stored.Status, stored.Json) { Tag = stored.Tag, Location = stored.Location }
                : AnswerLost,
            { DoneAt: { } done } when done + IdempotentRequest.Longest <= clock.GetUtcNow() => AnswerLost,
            _ => BeingAnswered,
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
