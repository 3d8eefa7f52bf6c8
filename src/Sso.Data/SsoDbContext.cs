using System.Data;
using System.Data.Common;
using System.Reflection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Sso.Data.Administrators;
using Sso.Data.Authorization;
using Sso.Data.Brands;
using Sso.Data.Clients;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Files;
using Sso.Data.Grants;
using Sso.Data.Imports;
using Sso.Data.Keys;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Data.Webhooks;

namespace Sso.Data;

/// <summary>The one model on three databases. Each provider derives a context that holds its migrations.</summary>
public abstract class SsoDbContext(DbContextOptions options) : IdentityUserContext<Person, Guid>(options)
{
    public DbSet<AccountDeletion> AccountDeletions => Set<AccountDeletion>();

    public DbSet<Administrator> Administrators => Set<Administrator>();

    public DbSet<AppliedEntry> AppliedEntries => Set<AppliedEntry>();

    public DbSet<AttemptCounter> AttemptCounters => Set<AttemptCounter>();

    public DbSet<AuditHead> AuditHeads => Set<AuditHead>();

    public DbSet<BackendAddress> BackendAddresses => Set<BackendAddress>();

    public DbSet<BrandRegistration> Brands => Set<BrandRegistration>();

    public DbSet<ClientRegistration> Clients => Set<ClientRegistration>();

    public DbSet<ConfigurationVersion> ConfigurationVersions => Set<ConfigurationVersion>();

    public DbSet<Consent> Consents => Set<Consent>();

    public DbSet<ContactChange> ContactChanges => Set<ContactChange>();

    public DbSet<DataKey> DataKeys => Set<DataKey>();

    public DbSet<DataProtectionKeyRow> DataProtectionKeys => Set<DataProtectionKeyRow>();

    public DbSet<FactorRecovery> FactorRecoveries => Set<FactorRecovery>();

    public DbSet<Grant> Grants => Set<Grant>();

    public DbSet<IdempotentRequest> IdempotentRequests => Set<IdempotentRequest>();

    public DbSet<ImportChunk> ImportChunks => Set<ImportChunk>();

    public DbSet<ImportJob> ImportJobs => Set<ImportJob>();

    public DbSet<Lease> Leases => Set<Lease>();

    public DbSet<LogoutNotice> LogoutNotices => Set<LogoutNotice>();

    public DbSet<ManagedClient> ManagedClients => Set<ManagedClient>();

    public DbSet<MailedLink> MailedLinks => Set<MailedLink>();

    public DbSet<KnownBrowser> KnownBrowsers => Set<KnownBrowser>();

    public DbSet<MessageChallenge> MessageChallenges => Set<MessageChallenge>();

    public DbSet<Node> Nodes => Set<Node>();

    public DbSet<OwedNotice> OwedNotices => Set<OwedNotice>();

    public DbSet<OutgoingMail> OutgoingMails => Set<OutgoingMail>();

    public DbSet<OutgoingText> OutgoingTexts => Set<OutgoingText>();

    public DbSet<PairwiseKey> PairwiseKeys => Set<PairwiseKey>();

    public DbSet<PausedRoute> PausedRoutes => Set<PausedRoute>();

    public DbSet<Proposal> Proposals => Set<Proposal>();

    public DbSet<PushedRequest> PushedRequests => Set<PushedRequest>();

    public DbSet<RecoveryCode> RecoveryCodes => Set<RecoveryCode>();

    public DbSet<RegistrationToken> RegistrationTokens => Set<RegistrationToken>();

    public DbSet<ResourceRegistration> Resources => Set<ResourceRegistration>();

    public DbSet<SecondFactor> SecondFactors => Set<SecondFactor>();

    public DbSet<SecurityEvent> SecurityEvents => Set<SecurityEvent>();

    public DbSet<Session> Sessions => Set<Session>();

    public DbSet<SigningKeyRow> SigningKeys => Set<SigningKeyRow>();

    public DbSet<DeliveryAlert> DeliveryAlerts => Set<DeliveryAlert>();

    public DbSet<TextDelivery> TextDeliveries => Set<TextDelivery>();

    public DbSet<TrustedDevice> TrustedDevices => Set<TrustedDevice>();

    public DbSet<WaitingRequest> WaitingRequests => Set<WaitingRequest>();

    public DbSet<Webhook> Webhooks => Set<Webhook>();

    public DbSet<WebhookDelivery> WebhookDeliveries => Set<WebhookDelivery>();

    /// <summary>
    /// Inserts a row whose key decides a race: false if the key exists already. Nothing else may be pending in this context.
    /// </summary>
    public async Task<bool> TryInsertAsync<TRow>(TRow row, CancellationToken cancellation)
        where TRow : class
    {
        Add(row);
        try
        {
            await SaveChangesAsync(cancellation);
            return true;
        }
        catch (DbUpdateException exception) when (IsDuplicateKey(exception.InnerException as DbException))
        {
            ChangeTracker.Clear();
            return false;
        }
    }

    /// <summary>Creates the schema or brings it up to date, whatever became of a process that tried before.</summary>
    /// <exception cref="SchemaException">Its owner has to do something first.</exception>
    public virtual async Task MigrateAsync(CancellationToken cancellation)
    {
        if ((await Database.GetAppliedMigrationsAsync(cancellation)).Any()
            && (await Database.GetPendingMigrationsAsync(cancellation)).Any())
        {
            // First, so that a process killed between the two does both the next time.
            await StoredNames.RenormalizeAsync(this, cancellation);
        }

        try
        {
            await Database.MigrateAsync(cancellation);
        }
        catch (DbException exception) when (TroubleOf(exception) is DatabaseTrouble.Overtaken || IsDuplicateKey(exception))
        {
            throw new OvertakenException(exception);
        }
    }

    /// <summary>What is wrong with the settings of the database itself; null if nothing is.</summary>
    public virtual Task<string?> FlawAsync(CancellationToken cancellation) => Task.FromResult<string?>(null);

    /// <summary>True if the account of the connection owns the tables, or may change them for another reason.</summary>
    public virtual Task<bool> MayChangeTablesAsync(CancellationToken cancellation) => Task.FromResult(false);

    /// <summary>What every node reads each second, in one statement.</summary>
    public Task<Polled> PollAsync(CancellationToken cancellation)
    {
        var version = ConfigurationVersions.Where(row => row.Id == ConfigurationVersion.TheOnlyId);
        var polled = HasOwnClock
            ? version.Select(row => new Polled(
                row.Clients, row.Keys, row.Brands, row.Webhooks, SecurityEvents.Any(item => item.Sequence == null), Now()))
            : version.Select(row => new Polled(
                row.Clients, row.Keys, row.Brands, row.Webhooks, SecurityEvents.Any(item => item.Sequence == null), null));
        return polled.SingleAsync(cancellation);
    }

    /// <summary>The clock of the database; each provider that has one names its function.</summary>
    public static DateTimeOffset? Now() => throw new NotSupportedException("Only in a query.");

    /// <summary>The smallest difference of times that this database keeps, in ticks.</summary>
    protected internal abstract long TimeStep { get; }

    /// <summary>How a transaction is begun in which every statement sees the rows of one moment.</summary>
    protected abstract IsolationLevel Snapshot { get; }

    /// <summary>A transaction that only reads, sees the rows of one moment and keeps nobody from writing. Ends with its disposal.</summary>
    protected internal virtual async Task<DbTransaction> BeginSnapshotAsync(CancellationToken cancellation)
    {
        await Database.OpenConnectionAsync(cancellation);
        return await Database.GetDbConnection().BeginTransactionAsync(Snapshot, cancellation);
    }

    /// <summary>False if the database runs in this process.</summary>
    protected abstract bool HasOwnClock { get; }

    protected static MethodInfo NowFunction { get; } = typeof(SsoDbContext).GetMethod(nameof(Now))!;

    /// <summary>
    /// How this database reads rows that nobody may change before the transaction ends: what follows the name of the table, and what ends
    /// an insert from such rows. Where the database can express it, a key that exists already inserts nothing there.
    /// </summary>
    protected internal abstract (string Table, string Statement) HeldRows { get; }

    /// <summary>True if an update names what it gives back before its condition, by OUTPUT, and not at its end by RETURNING.</summary>
    protected internal virtual bool ReturnsByOutput => false;

    /// <summary>True if the database refused a row because its key exists.</summary>
    protected internal abstract bool IsDuplicateKey(DbException? exception);

    /// <param name="driver">Of <see cref="DatabaseTroubles.Find"/>.</param>
    public abstract DatabaseTrouble TroubleOf(Exception driver);

    /// <summary>A query for the tables of the schema in which ours are, as <c>Value</c>, without those of the database itself.</summary>
    protected internal abstract string TablesQuery { get; }

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        // Identity keeps people only: factors, passkeys among them, have a table of our own, and nothing here uses Identity's claims,
        // logins and tokens.
        builder.Ignore<IdentityUserClaim<Guid>>();
        builder.Ignore<IdentityUserLogin<Guid>>();
        builder.Ignore<IdentityUserToken<Guid>>();
        builder.Ignore<IdentityUserPasskey<Guid>>();
        builder.ApplyConfigurationsFromAssembly(typeof(SsoDbContext).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<Guid>().HaveConversion<BigEndianGuidConverter>().HaveMaxLength(16).AreFixedLength();

    /// <summary>Version-7 GUIDs sort by time only in big-endian order, which none of the three databases gives its own GUID type.</summary>
    private sealed class BigEndianGuidConverter() : ValueConverter<Guid, byte[]>(
        id => id.ToByteArray(true), bytes => new Guid(bytes, true));
}
