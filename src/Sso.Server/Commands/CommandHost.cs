using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Accounts;
using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Admin;
using Sso.Admin.Brands;
using Sso.Data;
using Sso.Data.Backups;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Webhooks;
using Sso.Delivery;
using Sso.Server.Authorization;
using Sso.Server.Brands;
using Sso.Server.Http;
using Sso.Server.Keys;
using Sso.Server.Operations;
using Sso.Server.Outgoing;
using Sso.Server.Preview;
using Sso.Server.StepUp;
using Sso.Settings;

namespace Sso.Server.Commands;

/// <summary>
/// Runs one command on the configured database: the same settings as the server, no web server, no log lines. Whatever goes wrong becomes
/// one sentence and an exit code, never a stack trace.
/// </summary>
internal sealed class CommandHost(IReadOnlyList<string> arguments, CommandTerminal terminal)
{
    public static readonly Option<bool> Json = new("--json") { Description = "Write JSON for scripts.", Recursive = true };

    private const int MostNames = 1000;

    private readonly string[] _settings = CommandLineSettings.Split(arguments).Settings;

    /// <summary>What was typed as settings.</summary>
    public string[] Settings => _settings;

    /// <summary>Everything that was typed, for the server, which reads its own settings.</summary>
    public IReadOnlyList<string> Arguments => arguments;

    public CommandTerminal Terminal => terminal;

    /// <summary>Runs an operation on a database that has this program's schema.</summary>
    /// <param name="withSecrets">It needs the key that protects rows at rest.</param>
    /// <param name="withMails">It writes a mail, and needs the settings of mails: none is written that could not leave.</param>
    public Task<int> OnDatabaseAsync(
        ParseResult parsed,
        Func<IServiceProvider, CommandOutput, CancellationToken, Task<int>> operation,
        CancellationToken cancellation,
        bool withSecrets = false,
        bool withMails = false,
        bool withTokens = false,
        bool withSecretsAtHand = false) =>
        OnAnySchemaAsync(
            parsed,
            async (services, output, token) =>
                await RefuseOtherSchemaAsync(services, output, token) ?? await operation(services, output, token),
            cancellation,
            withSecrets,
            withMails,
            withTokens,
            withSecretsAtHand);

    public Task<int> OnDatabaseWithSecretsAsync(
        ParseResult parsed,
        Func<IServiceProvider, CommandOutput, CancellationToken, Task<int>> operation,
        CancellationToken cancellation) =>
        OnDatabaseAsync(parsed, operation, cancellation, withSecrets: true);

    public Task<int> OnDatabaseWithMailsAsync(
        ParseResult parsed,
        Func<IServiceProvider, CommandOutput, CancellationToken, Task<int>> operation,
        CancellationToken cancellation) =>
        OnDatabaseAsync(parsed, operation, cancellation, withMails: true);

    /// <summary>The same for what puts tokens together, as the server would.</summary>
    public Task<int> OnDatabaseWithTokensAsync(
        ParseResult parsed,
        Func<IServiceProvider, CommandOutput, CancellationToken, Task<int>> operation,
        CancellationToken cancellation) =>
        OnDatabaseAsync(parsed, operation, cancellation, withSecrets: true, withTokens: true);

    /// <summary>Runs an operation on a database of any age.</summary>
    /// <param name="withSecrets">It needs the key that protects rows at rest.</param>
    /// <param name="withSecretsAtHand">It uses that key where its file is there.</param>
    public async Task<int> OnAnySchemaAsync(
        ParseResult parsed,
        Func<IServiceProvider, CommandOutput, CancellationToken, Task<int>> operation,
        CancellationToken cancellation,
        bool withSecrets = false,
        bool withMails = false,
        bool withTokens = false,
        bool withSecretsAtHand = false)
    {
        var output = new CommandOutput(terminal, parsed.CommandResult.Command, parsed.GetValue(Json));
        var work = new CommittedWork();
        try
        {
            await using var provider = BuildServices(work, withSecrets, withMails, withTokens, withSecretsAtHand);
            provider.RefuseUnusableSettings();
            DatabaseRegistration.KeepFilesFromOthers(provider.GetRequiredService<DatabaseOptions>());
            await using var scope = provider.CreateAsyncScope();
            output.Names = problem => NamesOf(scope.ServiceProvider.GetRequiredService<SsoDbContext>(), problem);
            try
            {
                return await operation(scope.ServiceProvider, output, cancellation);
            }
            catch (Exception exception)
                when (provider.GetRequiredService<DatabaseDiagnosis>().Of(exception) is DatabaseTrouble.Forbidden)
            {
                var database = scope.ServiceProvider.GetRequiredService<SsoDbContext>();
                return await DatabaseFitness.MissingAsync(database, cancellation) is { } name
                    ? output.Fail(
                        ExitCode.Database,
                        $"There is no database {name}, and the account of the connection string may not create one.",
                        $"Create it first. {DatabaseFitness.HowToCreate(name)}")
                    : output.Fail(
                        ExitCode.Database,
                        $"The account of the database may not do that: {FirstLine(DatabaseTroubles.Find(exception)!)}",
                        "What makes or changes tables is run as their owner: Database__ConnectionString=… sso … "
                            + "The account of the server has its grants from deploy/postgresql-runtime-account.sql (or sql-server-…).");
            }
        }
        catch (SettingsException exception)
        {
            return output.Fail(ExitCode.Usage, exception.WithDoubts);
        }
        catch (SchemaException exception)
        {
            return output.Fail(ExitCode.Database, exception.Message);
        }
        catch (CryptographicException)
        {
            return output.Fail(
                ExitCode.Usage,
                "Secrets:PassphraseFile or Secrets:CertificateFile holds another key than the one that protected this database.");
        }
        catch (OvertakenException exception)
        {
            return output.Fail(
                ExitCode.Database,
                "Something else changed the schema of this database meanwhile, such as another restore or migration, or it holds tables "
                    + $"that are not of Sso: {FirstLine(exception.InnerException!)}",
                "Wait until the other has ended, then run the command again.");
        }
        catch (Exception exception) when (DatabaseTroubles.Find(exception) is { } trouble)
        {
            return output.Fail(
                ExitCode.Database,
                $"The database does not answer: {FirstLine(trouble)}",
                "Check Database:Provider and Database:ConnectionString.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return output.FailOnFile(ExitCode.Usage, "The file cannot be read", exception);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return work.IsThere
                ? output.Fail(
                    ExitCode.Refused, "Stopped, and what was done until then stays done.",
                    "See what is there before you run the command again. The record of events tells who changed what: sso audit export")
                : output.Fail(ExitCode.Refused, "Stopped. Nothing was changed.");
        }
    }

    private ServiceProvider BuildServices(
        CommittedWork work, bool withSecrets, bool withMails, bool withTokens, bool withSecretsAtHand)
    {
        var builder = SettingsFiles.Read(() => WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            Args = _settings,
            ApplicationName = typeof(CommandHost).Assembly.GetName().Name,
            ContentRootPath = terminal.Folder ?? AppContext.BaseDirectory,
        }));
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(terminal.Clock);
        builder.Services.AddSingleton<ISaveChangesInterceptor>(new EventStamps(CommandActor.By.Name))
            .AddSingleton<ISaveChangesInterceptor>(work)
            .AddSingleton<WebhookAudience>().AddSingleton<ISaveChangesInterceptor, WebhookRows>();
        builder.Services.AddSsoDatabase(builder.Configuration, builder.Environment)
            .AddKeySettings(builder.Configuration).AddBrandSettings(builder.Configuration).AddSignInSettings(builder.Configuration)
            .AddSsoStepUp(builder.Configuration).AddAuthorizationTypes(builder.Configuration)
            .AddSsoAdmin().AddSsoAccounts().AddSsoLimits(builder.Configuration)
            .AddSingleton<ServerMetrics>().AddSsoOutgoing(builder.Configuration)
            .AddSingleton<DatabaseDiagnosis>()
            .AddSingleton<DatabaseBackup>().AddSingleton<DatabaseRestoration>().AddSingleton<BackupRecord>();
        if (withSecrets || (withSecretsAtHand && WrappingKeyFile.IsNamedAndThere(builder.Configuration)))
        {
            builder.Services.AddSettings(builder.Configuration, DeliveryOptions.Section, new ServedCountryRules())
                .AddSingleton<PhoneNumbers>().AddSingleton<BackupVerification>()
                .AddSsoSecrets(builder.Configuration, builder.Environment);
        }

        if (withTokens)
        {
            builder.Services.AddSettings(builder.Configuration, SsoOptions.Section, new SsoRules(builder.Environment))
                .AddPreviewWithoutServer(builder.Configuration);
        }

        if (withMails)
        {
            builder.Services.AddSettings(builder.Configuration, SsoOptions.Section, new SsoRules(builder.Environment))
                .AddSingleton<IIssuerName>(provider => provider.GetRequiredService<SsoOptions>())
                .AddSingleton<BrandDirectory>()
                .AddSsoDelivery(builder.Configuration, builder.Environment)
                .AddSsoSecrets(builder.Configuration, builder.Environment);
        }

        return builder.Services.BuildServiceProvider();
    }

    private static async Task<int?> RefuseOtherSchemaAsync(
        IServiceProvider services, CommandOutput output, CancellationToken cancellation) =>
        await DatabaseFitness.OtherSchemaAsync(services.GetRequiredService<SsoDbContext>(), cancellation) is { } other
            ? output.Fail(ExitCode.Database, other.What, other.Remedy)
            : null;

    /// <summary>Of people, those whose names begin in the same way: there may be millions.</summary>
    private static IEnumerable<string> NamesOf(SsoDbContext database, FieldProblem problem)
    {
        var beginning = SignInName.Normalize(problem.Typed!) is { Length: >= 3 } name && !char.IsHighSurrogate(name[1]) ? name[..2] : null;
        return problem.Field switch
        {
            "client_id" => database.Clients.Select(client => client.Id),
            "brand" => database.Brands.Select(brand => brand.Id),
            "resource" => database.Resources.Select(resource => resource.Id),
            "name" => database.RegistrationTokens.Select(token => token.Id),
            "user_name" when beginning is not null => database.Users
                .Where(person => person.NormalizedUserName!.StartsWith(beginning)).Select(person => person.UserName!).Take(MostNames),
            _ => [],
        };
    }

    /// <summary>The driver's own sentence.</summary>
    private static string FirstLine(Exception exception)
    {
        var line = exception.Message.Split('\n')[0].Trim();
        return line.EndsWith('.') ? line : line + ".";
    }
}

/// <summary>Who acts at the command line, as events name an actor.</summary>
internal static class CommandActor
{
    /// <summary>Twice what an account of Linux may have: those of a directory are longer. An actor has room for 100 in all.</summary>
    private const int LongestTypist = 64;
    private const int LongestAccountBeside = 20;

    public static ActingOperator By { get; } =
        ActingOperator.AtCommandLine(AccountOf(Environment.UserName, Environment.GetEnvironmentVariable("SUDO_USER")));

    /// <summary>
    /// With whoever typed it, where sudo or the wrapper of the service says so. Whoever has the account of the service can write anything
    /// there, so the account stays beside it.
    /// </summary>
    public static string AccountOf(string account, string? typist) =>
        typist is { Length: > 0 and <= LongestTypist } && typist != account && typist.All(IsOfName)
            && account.Length <= LongestAccountBeside
            ? $"{typist} ({account})"
            : account;

    private static bool IsOfName(char character) => char.IsAsciiLetterOrDigit(character) || "._-@\\+$".Contains(character);
}
