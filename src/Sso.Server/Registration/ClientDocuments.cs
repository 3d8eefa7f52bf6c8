using System.Collections.Concurrent;
using Sso.Admin.Registrations;
using Sso.Data.Clients;
using Sso.Protocol.Outgoing;
using Sso.Server.ClientAuthentication;
using Sso.Server.Operations;
using Sso.Server.Outgoing;

namespace Sso.Server.Registration;

/// <summary>
/// Clients whose id is the address of a document that describes them (Client ID Metadata Document §3, §4). Off unless an operator names the hosts. The document
/// becomes a registration like that of an application that registered itself: unverified, consent always asked, public or with keys of its own. It is read
/// again after an hour on each node that is asked, and a document that cannot be read any more is believed for a day.
/// </summary>
public sealed partial class ClientDocuments(
    RegistrationPolicy policy, OutgoingPolicy outgoing, OutgoingHttp http, ClientDirectory clients, IServiceScopeFactory scopes, ConfigurationPolling polling,
    TimeProvider clock, ILogger<ClientDocuments> log)
{
    private static readonly string[] Json = ["application/json"];
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Believed = TimeSpan.FromDays(1);

    /// <summary>A document that was refused is not asked for again so soon.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Look> _looks = new(StringComparer.Ordinal);

    /// <summary>True for every id that is no address; for an address when its document describes a client now, which <see cref="ClientDirectory"/> then knows.</summary>
    public async Task<bool> IsKnownAsync(string? clientId, CancellationToken cancellation)
    {
        if (clientId is null || !clientId.Contains("://", StringComparison.Ordinal))
        {
            return true;
        }

        if (!IsDocument(clientId))
        {
            return false;
        }

        var now = clock.GetUtcNow();
        var last = _looks.GetValueOrDefault(clientId) ?? new Look(DateTimeOffset.MinValue, DateTimeOffset.MinValue);
        if (now - last.Read < Fresh && clients.Find(clientId) is not null)
        {
            return true;
        }

        if (now - last.Asked >= Pause)
        {
            last = await ReadAsync(clientId, cancellation) ? new(now, now) : last with { Asked = now };
            Remember(clientId, last);
        }

        return now - last.Read < Believed && clients.Find(clientId) is not null;
    }

    /// <summary>Client ID Metadata Document §3: https, a path, nothing that hides or varies, on a host that an operator named.</summary>
    private bool IsDocument(string clientId) =>
        clientId.Length <= ClientRegistration.LongestId
        && Uri.TryCreate(clientId, UriKind.Absolute, out var uri)
        && policy.DocumentHosts.Contains(uri.Host)
        && (uri.Scheme == "https" || outgoing.IsAllowed(uri, RegisteredBy.Application))
        && uri is { Query: "", Fragment: "", UserInfo: "", AbsolutePath.Length: > 1 }
        // What the parser had to mend is not the address that was written.
        && uri.AbsoluteUri == clientId
        && !clientId.Contains('#', StringComparison.Ordinal);

    private async Task<bool> ReadAsync(string clientId, CancellationToken cancellation)
    {
        var host = new Uri(clientId).Host;
        if (await http.FetchAsync(clientId, Json, RegisteredBy.Application, cancellation) is not { } document || ClientMetadata.Parse(document) is not { } metadata)
        {
            Refused(log, host, "it cannot be read as client metadata");
            return false;
        }

        // §4.1: the document names its own address, and holds no secret that everybody could read.
        if (metadata.ClientId != clientId || metadata.ClientSecret is not null || metadata.TokenEndpointAuthMethod is not (null or "none" or "private_key_jwt"))
        {
            Refused(log, host, "it names another client_id, or a shared secret");
            return false;
        }

        await using var scope = scopes.CreateAsyncScope();
        var described = metadata with { TokenEndpointAuthMethod = metadata.TokenEndpointAuthMethod ?? "none" };
        if ((await scope.ServiceProvider.GetRequiredService<RegisterClient>().DescribeAsync(clientId, described, cancellation)).Refused(out var refusal, out _))
        {
            var field = refusal.Problems[0].Field;
            Refused(log, host, field);
            return false;
        }

        await polling.PollAsync(cancellation);
        return true;
    }

    /// <summary>Bounded: whoever invents addresses on an allowed host cannot make us remember them all.</summary>
    private void Remember(string clientId, Look look)
    {
        if (_looks.Count >= policy.MostClients)
        {
            _looks.Clear();
        }

        _looks[clientId] = look;
    }

    private sealed record Look(DateTimeOffset Read, DateTimeOffset Asked);

    [LoggerMessage(EventId = 1701, Level = LogLevel.Information, Message = "A client metadata document of {Host} is not taken: {Problem}")]
    private static partial void Refused(ILogger log, string host, string problem);
}
