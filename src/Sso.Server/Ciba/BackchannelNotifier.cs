using System.Net;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Authorization;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Protocol.Outgoing;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Outgoing;

namespace Sso.Server.Ciba;

/// <summary>
/// Tells clients in ping mode that a request was answered (CIBA Core §10.2). What is to be told stands in the row, so a node that dies loses nothing: another
/// one tells it half a minute later. Each try is claimed by a conditional update; what the client answers other than trouble of its server ends the matter.
/// </summary>
public sealed partial class BackchannelNotifier(
    IDbContextFactory<SsoDbContext> contexts, ClientDirectory clients, OutgoingHttp outgoing, Sealer sealer, TimeProvider clock, ILogger<BackchannelNotifier> log)
    : BackgroundService
{
    public const int MostTries = 3;

    /// <summary>Longer than a call may take; after it another node, or another try, has its turn.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something was answered and saved.</summary>
    public void Wake() => _bell.Writer.TryWrite(true);

    /// <summary>Tells everything that is due.</summary>
    public async Task SendDueAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        while (await ClaimAsync(database, cancellation) is { } waiting)
        {
            await TrySendAsync(database, waiting, cancellation);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = clock.CreateTimer(_ => Wake(), null, Lease, Lease);
        try
        {
            await foreach (var _ in _bell.Reader.ReadAllAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        // Where no client is notified the clock costs no statement.
        if (!clients.NotifiesSome)
        {
            return;
        }

        try
        {
            await SendDueAsync(cancellation);
        }
        // No database that is away may end the notifier and with it the server: it looks again in a moment.
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            CannotLook(log, DatabaseTroubles.InOneLine(exception));
        }
    }

    private async Task<WaitingRequest?> ClaimAsync(SsoDbContext database, CancellationToken cancellation)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var waiting = await database.WaitingRequests.AsNoTracking().Where(row => row.NotifyAt <= now).OrderBy(row => row.NotifyAt).FirstOrDefaultAsync(cancellation);
            if (waiting is null)
            {
                return null;
            }

            var next = now + Lease;
            var claimed = await database.WaitingRequests.Where(row => row.Id == waiting.Id && row.NotifyTries == waiting.NotifyTries && row.NotifyAt != null)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.NotifyAt, next).SetProperty(row => row.NotifyTries, waiting.NotifyTries + 1), cancellation);
            if (claimed == 1)
            {
                return waiting;
            }
        }
    }

    /// <summary>A row that cannot be told, whatever it holds, keeps no other waiting; its tries are counted, so it is over after three.</summary>
    private async Task TrySendAsync(SsoDbContext database, WaitingRequest waiting, CancellationToken cancellation)
    {
        try
        {
            await SendAsync(database, waiting, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            CannotTell(log, waiting.ClientId, DatabaseTroubles.InOneLine(exception));
        }
    }

    private async Task SendAsync(SsoDbContext database, WaitingRequest waiting, CancellationToken cancellation)
    {
        var isOfUse = waiting.NotifyTries < MostTries && waiting.ExpiresAt > clock.GetUtcNow();
        if (isOfUse && clients.Find(waiting.ClientId) is { NotificationUri: { } address } client)
        {
            var status = await PostAsync(waiting, address, client.RegisteredBy, cancellation);
            Told(log, waiting.ClientId, (int?)status, waiting.NotifyTries + 1);
            if (status is null or >= HttpStatusCode.InternalServerError)
            {
                return;
            }
        }

        await database.WaitingRequests.Where(row => row.Id == waiting.Id && row.NotifyTries == waiting.NotifyTries + 1)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NotifyAt, (DateTimeOffset?)null), cancellation);
    }

    private async Task<HttpStatusCode?> PostAsync(WaitingRequest waiting, string address, RegisteredBy by, CancellationToken cancellation)
    {
        var stored = RequestParameters.FromForm(sealer.UnprotectText(waiting.Context, waiting.Protected))!;
        using var body = JsonContent.Create(new BackchannelNotification(stored.Text("auth_req_id")!), SsoJson.Default.BackchannelNotification);
        return await outgoing.PostAsync(address, body, stored.Text("client_notification_token"), by, cancellation);
    }

    [LoggerMessage(EventId = 1401, Level = LogLevel.Error, Message = "Answers that wait to be told cannot be read: {Kind}")]
    private static partial void CannotLook(ILogger log, string kind);

    [LoggerMessage(EventId = 1402, Level = LogLevel.Information, Message = "Told {ClientId} of an answer: {Status} at try {Try}")]
    private static partial void Told(ILogger log, string clientId, int? status, int @try);

    [LoggerMessage(EventId = 1403, Level = LogLevel.Error, Message = "{ClientId} cannot be told of an answer: {Kind}")]
    private static partial void CannotTell(ILogger log, string clientId, string kind);
}

/// <summary>CIBA Core §10.2.</summary>
public sealed record BackchannelNotification(string AuthReqId)
{
    public override string ToString() => "(notification)";
}
