using System.Collections.Concurrent;
using Sso.Accounts.Limits;
using Sso.Admin.Registrations;
using Sso.Data.Clients;
using Sso.Protocol.Outgoing;
using Sso.Protocol.Registration;
using Sso.Server.Clients;
using Sso.Server.Http;
using Sso.Server.Outgoing;
using Sso.Server.Polling;

namespace Sso.Server.Registration;

/// <summary>
/// Clients whose id is the address of a document that describes them (Client ID Metadata Document §3, §4). Off unless an operator names the
/// hosts. The document becomes a registration like that of an application that registered itself: unverified, consent always asked for,
/// public or with its own keys. Each node that needs it reads it again after an hour, and a document that can no longer be read is believed
/// for a day.
/// </summary>
internal sealed partial class ClientDocuments(
    RegistrationPolicy policy, OutgoingPolicy outgoing, OutgoingHttp http, ClientDirectory clients, IServiceScopeFactory scopes,
    ConfigurationPolling polling, TimeProvider clock, ILogger<ClientDocuments> log)
{
    /// <summary>How many addresses, good or refused, a node remembers.</summary>
    private const int MostRemembered = 10_000;

    private static readonly string[] Json = ["application/json"];
    private readonly ConcurrentDictionary<string, DocumentLook> _looks = new(StringComparer.Ordinal);

    /// <summary>Taken: an id that is no address, or one whose document describes a client, now in <see cref="ClientDirectory"/>.</summary>
    public async Task<ClientDocumentState> FindAsync(HttpContext asker, Throttle throttle, string? clientId, CancellationToken cancellation)
    {
        if (clientId is null || !clientId.Contains("://", StringComparison.Ordinal))
        {
            return ClientDocumentState.Taken;
        }

        if (!IsDocument(clientId) || clients.IsOff(clientId))
        {
            return ClientDocumentState.NotTaken;
        }

        var (now, isKnown) = (clock.GetUtcNow(), clients.Find(clientId) is not null);
        var look = _looks.GetValueOrDefault(clientId);
        if (look?.IsFresh(now) == true && isKnown)
        {
            return ClientDocumentState.Taken;
        }

        // Before anything is remembered: somebody who invents addresses gets no more of them than this.
        if (!isKnown && look?.IsDue(now) != false
            && await throttle.ReserveFetchAsync(ClientAddress.Counted(asker), cancellation) is not null)
        {
            return ClientDocumentState.TooManyAsked;
        }

        look ??= Remember(clientId);
        await look.BeginOrJoin(now, () => ReadAsync(clientId, look)).WaitAsync(cancellation);
        return look.IsBelieved(now) && clients.Find(clientId) is not null ? ClientDocumentState.Taken : ClientDocumentState.NotTaken;
    }

    /// <summary>Client ID Metadata Document §3: https, a path, nothing that hides or varies, on a host that an operator named.</summary>
    private bool IsDocument(string clientId) =>
        clientId.Length <= ClientRegistration.LongestId
        && Uri.TryCreate(clientId, UriKind.Absolute, out var uri)
        && policy.DocumentHosts.Contains(uri.Host)
        && (uri.Scheme == "https" || outgoing.IsAllowed(uri, RegisteredBy.Application))
        && uri is { Query: "", Fragment: "", UserInfo: "", AbsolutePath.Length: > 1 }
        // If the parser had to correct it, it is not the address that was written.
        && uri.AbsoluteUri == clientId
        && !clientId.Contains('#', StringComparison.Ordinal);

    /// <summary>It is not cancelled with the request that caused it: others wait for it, and it ends by itself.</summary>
    private async Task ReadAsync(string clientId, DocumentLook look)
    {
        var host = new Uri(clientId).Host;
        if (await http.FetchAsync(clientId, Json, RegisteredBy.Application, CancellationToken.None) is not { } document
            || ClientMetadata.Parse(document) is not { } metadata)
        {
            Refused(log, host, "it cannot be read as client metadata");
            return;
        }

        // §4.1: the document names its own address, and holds no secret that everybody could read.
        if (metadata.ClientId != clientId || metadata.ClientSecret is not null
            || metadata.TokenEndpointAuthMethod is not (null or "none" or "private_key_jwt"))
        {
            Refused(log, host, "it names another client_id, or a shared secret");
            return;
        }

        await using var scope = scopes.CreateAsyncScope();
        var described = metadata with { TokenEndpointAuthMethod = metadata.TokenEndpointAuthMethod ?? "none" };
        if ((await scope.ServiceProvider.GetRequiredService<RegisterClient>().DescribeAsync(clientId, described, CancellationToken.None))
            .Failed(out var refusal, out _))
        {
            var field = refusal.Problems[0].Field;
            Refused(log, host, field);
            return;
        }

        await polling.PollAsync(CancellationToken.None);
        look.ReadAt = clock.GetUtcNow();
    }

    /// <summary>Bounded: when it is full, the address that was asked for longest ago makes room.</summary>
    private DocumentLook Remember(string clientId)
    {
        if (_looks.Count >= MostRemembered)
        {
            _looks.TryRemove(_looks.MinBy(entry => entry.Value.LastAt).Key, out _);
        }

        return _looks.GetOrAdd(clientId, _ => new DocumentLook());
    }

    [LoggerMessage(EventId = 1701, Level = LogLevel.Information, Message = "A client metadata document of {Host} is not taken: {Problem}")]
    private static partial void Refused(ILogger log, string host, string problem);
}
