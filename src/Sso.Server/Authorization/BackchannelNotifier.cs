using System.Net;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Authorization;
using Sso.Data.Secrets;
using Sso.Server.Clients;
using Sso.Server.Operations;
using Sso.Server.Outgoing;

namespace Sso.Server.Authorization;

/// <summary>
/// Tells clients in ping mode that a request was answered (CIBA Core §10.2). What is to be told is in the row, so a node that dies loses
/// nothing: another one tells it half a minute later. Each try is claimed by a conditional update; any answer of the client other than a
/// server error ends the matter.
/// </summary>
internal sealed partial class BackchannelNotifier(
    IDbContextFactory<SsoDbContext> contexts, ClientDirectory clients, OutgoingHttp outgoing, Sealer sealer, TimeProvider clock,
    ILogger<BackchannelNotifier> log)
    : DueWork<WaitingRequest>(contexts, clock, Lease)
{
    public const int MostTries = 3;

    private const int AtOnce = 8;

    /// <summary>Longer than a call may take; after that another node, or another try, has its turn.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>If no client is notified, the clock costs no statement.</summary>
    protected override bool IsNeeded => clients.NotifiesSome;

    protected override void Report(Exception exception) => CannotLook(log, exception);

    protected override async Task<List<WaitingRequest>> ClaimAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var now = Clock.GetUtcNow();
        var due = await database.WaitingRequests.AsNoTracking().Where(row => row.NotifyAt <= now)
            .OrderBy(row => row.NotifyAt).Take(AtOnce).ToListAsync(cancellation);
        var claimed = new List<WaitingRequest>(due.Count);
        foreach (var waiting in due)
        {
            var (next, tries) = (now + Lease, waiting.NotifyTries);
            if (await database.WaitingRequests.Where(row => row.Id == waiting.Id && row.NotifyTries == tries && row.NotifyAt != null)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.NotifyAt, next).SetProperty(row => row.NotifyTries, tries + 1), cancellation) == 1)
            {
                claimed.Add(waiting);
            }
        }

        return claimed;
    }

    /// <summary>The tries of a row that cannot be told, whatever it holds, are counted, so it is over after three.</summary>
    protected override async Task SendAsync(WaitingRequest waiting, CancellationToken cancellation)
    {
        try
        {
            await TellAsync(waiting, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            CannotTell(log, exception, waiting.ClientId);
        }
    }

    private async Task TellAsync(WaitingRequest waiting, CancellationToken cancellation)
    {
        var isOfUse = waiting.NotifyTries < MostTries && waiting.ExpiresAt > Clock.GetUtcNow();
        if (isOfUse && clients.Find(waiting.ClientId) is { NotificationUri: { } address } client)
        {
            var status = await PostAsync(waiting, address, client.RegisteredBy, cancellation);
            Told(log, waiting.ClientId, (int?)status, waiting.NotifyTries + 1);
            if (status is null or >= HttpStatusCode.InternalServerError)
            {
                return;
            }
        }

        await using var database = await Contexts.CreateDbContextAsync(cancellation);
        await database.WaitingRequests.Where(row => row.Id == waiting.Id && row.NotifyTries == waiting.NotifyTries + 1)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NotifyAt, (DateTimeOffset?)null), cancellation);
    }

    private async Task<HttpStatusCode?> PostAsync(WaitingRequest waiting, string address, RegisteredBy by, CancellationToken cancellation)
    {
        var stored = RequestParameters.FromForm(sealer.UnprotectText(waiting.Context, waiting.Protected))!;
        using var body = JsonContent.Create(
            new BackchannelNotification(stored.Text("auth_req_id")!), NotificationJson.Default.BackchannelNotification);
        return (await outgoing.PostAsync(address, body, stored.Text("client_notification_token"), by, cancellation))?.Status;
    }

    [LoggerMessage(EventId = 1401, Level = LogLevel.Error, Message = "Answers that wait to be told cannot be read")]
    private static partial void CannotLook(ILogger log, Exception exception);

    [LoggerMessage(EventId = 1402, Level = LogLevel.Information, Message = "Told {ClientId} of an answer: {Status} at try {Try}")]
    private static partial void Told(ILogger log, string clientId, int? status, int @try);

    [LoggerMessage(EventId = 1403, Level = LogLevel.Error, Message = "{ClientId} cannot be told of an answer")]
    private static partial void CannotTell(ILogger log, Exception exception, string clientId);
}

/// <summary>CIBA Core §10.2.</summary>
internal sealed record BackchannelNotification(string AuthReqId)
{
    public override string ToString() => "(notification)";
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(BackchannelNotification))]
internal sealed partial class NotificationJson : JsonSerializerContext;
