using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Data.Webhooks;
using Sso.Server.Clients;
using Sso.Server.Keys;
using Sso.Server.Operations;

namespace Sso.Server.Polling;

/// <summary>
/// Keeps keys, registrations, brands and webhooks in memory current: each second one row is read, and only what has changed is read again.
/// An unavailable database leaves the node running and not ready; an older schema, or keys wrapped by another key, ends it with a message.
/// </summary>
internal sealed partial class ConfigurationPolling(
    IDbContextFactory<SsoDbContext> contexts,
    DataKeyRing dataKeys,
    SigningKeyRing signingKeys,
    ClientDirectory clients,
    BrandDirectory brands,
    WebhookAudience webhooks,
    ServerState state,
    DatabaseClock databaseClock,
    DatabaseFitness fitness,
    DatabaseDiagnosis diagnosis,
    ILogger<ConfigurationPolling> log) : IDisposable
{
    private const string CannotRead = "Keys, registrations or brands cannot be read.";

    private readonly SemaphoreSlim _one = new(1);
    private (long Clients, long Keys, long Brands, long Webhooks)? _known;

    /// <summary>Reads what changed since the last time.</summary>
    /// <exception cref="SchemaException">The schema is not that of this program.</exception>
    /// <exception cref="SettingsException">The wrapping key is another one.</exception>
    public async Task PollAsync(CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            await using var database = await contexts.CreateDbContextAsync(cancellation);
            if (_known is null)
            {
                await fitness.ThrowIfUnfitAsync(database, cancellation);
                await dataKeys.LoadAsync(cancellation);
                await signingKeys.EnsureAsync(cancellation);
            }

            var version = await databaseClock.PollAsync(database, cancellation);
            if (_known?.Keys != version.Keys)
            {
                await dataKeys.LoadAsync(cancellation);
                await signingKeys.LoadAsync(cancellation);
            }

            if (_known?.Clients != version.Clients)
            {
                await clients.LoadAsync(cancellation);
            }

            if (_known?.Brands != version.Brands)
            {
                await brands.LoadAsync(cancellation);
            }

            if (_known?.Webhooks != version.Webhooks)
            {
                await webhooks.LoadAsync(database, cancellation);
            }

            _known = (version.Clients, version.Keys, version.Brands, version.Webhooks);
            state.EventsWait = version.EventsWait;
            state.Confirmed();
        }
        catch (CryptographicException exception)
        {
            throw new SettingsException(
                "Secrets:PassphraseFile or Secrets:CertificateFile holds another key than the one that protected this "
                    + "database. Configure the former one.",
                exception);
        }
        catch (Exception exception) when (diagnosis.Of(exception) is { } trouble)
        {
            state.Failed(trouble.InWords());
            DatabaseFailed(log, exception, trouble.InWords());
        }
        // The database answered, and what it said cannot be understood: one row must not keep a server from starting, nor stop it.
        catch (Exception exception) when (exception is not (SettingsException or SchemaException or OperationCanceledException))
        {
            state.Failed(CannotRead);
            NotUnderstood(log, exception);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    [LoggerMessage(EventId = 1101, Level = LogLevel.Error, Message = "{Problem}")]
    private static partial void DatabaseFailed(ILogger log, Exception exception, string problem);

    [LoggerMessage(EventId = 1113, Level = LogLevel.Error, Message = CannotRead)]
    private static partial void NotUnderstood(ILogger log, Exception exception);
}
