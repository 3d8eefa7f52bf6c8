using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;
using Sso.Admin;
using Sso.Admin.Keys;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Imports;
using Sso.Data.Keys;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Data.Webhooks;
using Sso.Server.Operations;

namespace Sso.Server.Doctor;

/// <summary>The database and what it says of the servers that work on it. It writes nothing.</summary>
internal sealed class DatabaseExamination(
    SsoDbContext database, DatabaseFitness fitness, IHostEnvironment environment, WrappingKey wrappingKey, ListFetches fetches,
    TimeProvider clock)
{
    /// <summary>Servers look at their queues, their keys and the audit chain every second.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(5);

    /// <summary>With false when nothing else can be asked of this database.</summary>
    public async Task<(Finding Finding, bool CanGoOn)> ReachAsync(CancellationToken cancellation)
    {
        try
        {
            if (await DatabaseFitness.OtherSchemaAsync(database, cancellation) is { } other)
            {
                return (Finding.Wrong("database", other.What, other.Remedy), false);
            }

            await fitness.ThrowIfUnfitAsync(database, cancellation);
            await AskEveryTableAsync(cancellation);
            return (Finding.Good("database", "It answers, and its schema is that of this program."), true);
        }
        catch (Exception exception) when (exception is SettingsException or SchemaException)
        {
            return (Finding.Wrong("database", exception.Message, "Until then the server does not start on it."), false);
        }
        catch (Exception exception) when (DatabaseTroubles.Find(exception) is { } trouble)
        {
            return (InWords(trouble), false);
        }
    }

    /// <param name="trouble">Of <see cref="DatabaseTroubles.Find"/>.</param>
    public Finding InWords(Exception trouble)
    {
        var words = trouble.Message.Split('\n')[0].Trim();
        return database.TroubleOf(trouble) is DatabaseTrouble.Forbidden
            ? Finding.Wrong(
                "database", $"The account of the connection string lacks a right: {words}",
                "Run deploy/postgresql-runtime-account.sql or deploy/sql-server-runtime-account.sql as the owner of the tables.")
            : Finding.Wrong(
                "database", $"It does not answer: {words}",
                "Check Database:Provider and Database:ConnectionString, and that this machine reaches it.");
    }

    /// <summary>For no row, so that only a right can be missing: that of a table which a later version brought is the usual one.</summary>
    private async Task AskEveryTableAsync(CancellationToken cancellation)
    {
        var sql = database.GetService<ISqlGenerationHelper>();
        foreach (var type in database.Model.GetEntityTypes())
        {
            var statement = $"SELECT 1 FROM {sql.DelimitIdentifier(type.GetTableName()!, type.GetSchema())} WHERE 1 = 0";
            await database.Database.ExecuteSqlRawAsync(statement, cancellation);
        }
    }

    /// <summary>A hint, and none in Development: it works as well.</summary>
    public async Task<IReadOnlyList<Finding>> OwnerAsync(CancellationToken cancellation) =>
        !environment.IsDevelopment() && await database.MayChangeTablesAsync(cancellation)
            ?
            [
                Finding.Doubtful(
                    "database", "The account of the connection string may change the tables, and so may whoever takes over the server.",
                    "Give the server an account of its own, with the grants of deploy/postgresql-runtime-account.sql or "
                        + "deploy/sql-server-runtime-account.sql; sso db migrate goes on as the owner."),
            ]
            : [];

    public async Task<Finding> SecretsAsync(CancellationToken cancellation)
    {
        var rows = await database.DataKeys.AsNoTracking().ToListAsync(cancellation);
        if (rows.Count == 0)
        {
            return Finding.Good("secrets", "Nothing is encrypted yet; the first start of the server makes the key.");
        }

        try
        {
            foreach (var row in rows)
            {
                CryptographicOperations.ZeroMemory(wrappingKey.Unwrap(row.Wrapped));
            }

            return Finding.Good("secrets", "The passphrase or certificate opens what is encrypted in the database.");
        }
        catch (CryptographicException)
        {
            return Finding.Wrong(
                "secrets", "Secrets:PassphraseFile or Secrets:CertificateFile holds another key than the one that protected this database.",
                "Bring back the file that this database was made with; nothing else opens it.");
        }
    }

    /// <summary>Whether they are there and renewed, and which applications lack those that sign soon or since lately.</summary>
    public async Task<IReadOnlyList<Finding>> KeysAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var keys = await database.SigningKeys.AsNoTracking().ToListAsync(cancellation);
        var lagging = await fetches.ListLaggingAsync([.. keys.Select(key => ListKeys.View(key, now))], cancellation);
        return [Schedule(keys, now), .. lagging.Select(Lag)];
    }

    /// <summary>How many applications a finding names.</summary>
    private const int MostNamed = 5;

    private static Finding Lag(KeyFetches rotation)
    {
        var names = rotation.Lagging.Select(item => item.ClientId).ToList();
        var since = $"{rotation.ActiveFrom.UtcDateTime:yyyy-MM-dd HH:mm} UTC";
        var told = string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? ", …" : "");
        return Finding.Doubtful(
            "keys",
            Counted.Of(names.Count, "application at work was", "applications at work were")
                + $" not seen to fetch the keys that sign from {since}: {told}.",
            "See: sso key list. Have each fetch the key set again, as a restart does; most libraries do so by themselves when they meet a "
                + "key that they do not know.")
            .InWords("KeysNotFetched", names.Count, since, told);
    }

    private static Finding Schedule(List<SigningKeyRow> keys, DateTimeOffset now)
    {
        if (keys.Count == 0)
        {
            return Finding.Doubtful("keys", "There are no signing keys yet.", "The first start of the server makes them: sso serve")
                .InWords("KeysNone");
        }

        var missing = KeySchedule.Missing(keys, keys.Select(key => key.Algorithm).Distinct(StringComparer.Ordinal), now).ToList();
        var silent = missing.Where(key => key.ActiveFrom <= now).Select(key => key.Algorithm).ToList();
        return (silent.Count, missing.Count) switch
        {
            ( > 0, _) => Finding.Wrong(
                "keys", $"No key signs by {string.Join(", ", silent)} any more: no server has renewed them.",
                "Start the server, which renews them by itself; then look at: sso key list")
                .InWords("KeysSilent", string.Join(", ", silent)),
            (_, > 0) => Finding.Doubtful(
                "keys", $"The next key for {string.Join(", ", missing.Select(key => key.Algorithm))} should be announced by now.",
                "Is a server running? It announces them by itself.")
                .InWords("KeysMissing", string.Join(", ", missing.Select(key => key.Algorithm))),
            _ => Finding.Good(
                "keys", $"{KeySchedule.SigningKey(keys, SigningAlgorithms.RS256, now)?.Id ?? keys[0].Id} signs; the next change is "
                    + $"on {keys.Where(key => key.ActiveUntil > now).Min(key => key.ActiveUntil).UtcDateTime:yyyy-MM-dd}."),
        };
    }

    public async Task<Finding> ClockAsync(CancellationToken cancellation)
    {
        var asked = clock.GetUtcNow();
        var time = (await database.PollAsync(cancellation)).DatabaseTime;
        var answered = clock.GetUtcNow();
        if (time is not { } theirs)
        {
            return Finding.Good("clock", "This database has the clock of this machine.");
        }

        var difference = theirs < asked ? theirs - asked : theirs > answered ? theirs - answered : TimeSpan.Zero;
        return difference.Duration() > DatabaseClock.Tolerated
            ? Finding.Wrong(
                "clock", $"The clock of the database and that of this machine differ by {difference.TotalSeconds:0.0} seconds.",
                "Set both by NTP: codes and tokens would be too old or not valid yet.")
                .InWords("ClockDiffers", Math.Round(difference.TotalSeconds, 1))
            : Finding.Good("clock", "The database and this machine agree on the time.");
    }

    /// <summary>What waits for a server that does not come.</summary>
    public async Task<IReadOnlyList<Finding>> WorkAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var late = now - Overdue;
        var (unsealed, mails, texts, logouts, webhooks, imports) = (
            await database.SecurityEvents.CountAsync(item => item.Sequence == null && item.At < late, cancellation),
            await database.OutgoingMails.CountAsync(
                mail => mail.Status == OutgoingMailStatus.Waiting && mail.CreatedAt < late, cancellation),
            await database.OutgoingTexts.CountAsync(
                text => text.Status == OutgoingTextStatus.Waiting && text.CreatedAt < late, cancellation),
            await database.LogoutNotices.CountAsync(
                notice => notice.Status == LogoutNoticeStatus.Waiting && notice.CreatedAt < late, cancellation),
            await database.Webhooks.CountAsync(
                webhook => database.WebhookDeliveries.Any(row => row.WebhookId == webhook.Id
                    && (row.Status == WebhookDeliveryStatus.Failed
                        || (row.Status == WebhookDeliveryStatus.Waiting && row.CreatedAt < late))),
                cancellation),
            await database.ImportsInTrouble(now).CountAsync(cancellation));
        List<Finding> findings = [];
        if (unsealed > 0)
        {
            findings.Add(Finding.Wrong(
                "work",
                $"{Counted.Of(unsealed, "security event has waited for its seal", "security events have waited for their seal")} for more "
                    + "than five minutes: no server is at work.",
                "Start the server (sso serve), or look at its log.").InWords("WorkUnsealed", unsealed));
        }

        if (mails > 0)
        {
            findings.Add(Finding.Wrong(
                "work",
                $"{Counted.Of(mails, "mail has", "mails have")} waited for more than five minutes.",
                "Line 2213 of the log says what the relay answers; see also mail below.").InWords("WorkMails", mails));
        }

        if (texts > 0)
        {
            findings.Add(Finding.Wrong(
                "work",
                $"{Counted.Of(texts, "text has", "texts have")} waited for more than five minutes.",
                "See: sso delivery log, and sso delivery alerts")
                .InWords("WorkTexts", texts));
        }

        if (logouts > 0)
        {
            findings.Add(Finding.Doubtful(
                "work",
                $"{Counted.Of(logouts, "application has", "applications have")} not taken a sign-out for more than five minutes.",
                "See: sso logout log")
                .InWords("WorkLogouts", logouts));
        }

        if (webhooks > 0)
        {
            findings.Add(Finding.Doubtful(
                "work",
                $"{Counted.Of(webhooks, "webhook has", "webhooks have")} messages that were not taken.",
                "See: sso webhook list, and sso webhook deliveries")
                .InWords("WorkWebhooks", webhooks));
        }

        if (imports > 0)
        {
            findings.Add(Finding.Doubtful(
                "work",
                $"{Counted.Of(imports, "import of people stands", "imports of people stand")} still, because nobody works on it or each "
                    + "try fails, or ended without success within the last hour.",
                "Look first whether another import is running: a node imports one file after the other. Lines 1622 and 1623 of the log say "
                    + "why. Stop them at /console/people/import.")
                .InWords("WorkImports", imports));
        }

        return findings.Count > 0 ? findings : [Finding.Good("work", "Nothing waits that should have been done.")];
    }

    public async Task<Finding> ClientsAsync(CancellationToken cancellation)
    {
        var count = await database.Clients.CountAsync(client => client.DisabledAt == null, cancellation);
        return count == 0
            ? Finding.Doubtful(
                "clients", "No application is registered, so nobody can sign in to one.",
                "Register one: sso client add shop --name Shop --type web --redirect-uri https://shop.example.com/callback")
                .InWords("ClientsNone")
            : Finding.Good("clients", $"{Counted.Of(count, "application is", "applications are")} registered.");
    }
}
