using System.Reflection;
using Sso.Accounts;
using Sso.Accounts.Limits;
using Sso.Data.Operations;
using Sso.Delivery;
using Sso.Server.Api;
using Sso.Server.Authorization;
using Sso.Server.Brands;
using Sso.Server.Ciba;
using Sso.Server.ClientAuthentication;
using Sso.Server.Clients;
using Sso.Server.Doctor;
using Sso.Server.Dpop;
using Sso.Server.Http;
using Sso.Server.Imports;
using Sso.Server.Issuance;
using Sso.Server.Keys;
using Sso.Server.Logout;
using Sso.Server.MutualTls;
using Sso.Server.Operations;
using Sso.Server.Outgoing;
using Sso.Server.Pages;
using Sso.Server.Pipeline;
using Sso.Server.Polling;
using Sso.Server.Preview;
using Sso.Server.Registration;
using Sso.Server.Scim;
using Sso.Server.StepUp;
using Sso.Server.Token;
using Sso.Server.Trials;
using Sso.Server.Webhooks;

namespace Sso.Server;

/// <summary>The web application: what it is made of, and in which order a request passes through it.</summary>
internal static class ServerApplication
{
    /// <summary>
    /// Runs until stopped. One sentence for a setting with which it will not run, with exit code 1, and for a schema that is not its own,
    /// with that of every command.
    /// </summary>
    /// <param name="args">As for <see cref="Build"/>.</param>
    /// <param name="error">Takes the sentence.</param>
    /// <param name="folder">As for <see cref="Build"/>.</param>
    public static async Task<int> RunAsync(string[] args, TextWriter error, string? folder)
    {
        try
        {
            await using var app = Build(args, folder: folder);
            await PrepareAsync(app, CancellationToken.None);
            await FirstLink.AnnounceAsync(app.Services, Console.Out, Console.IsOutputRedirected, CancellationToken.None);
            // Otherwise what the start leaves behind, above all the models of the database, would survive into the oldest generation and
            // stay: 6 MiB.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            await ListenAsync(app);
            await app.WaitForShutdownAsync();
            return Environment.ExitCode;
        }
        catch (SettingsException exception)
        {
            await error.WriteLineAsync(exception.WithDoubts);
            return ExitCode.Refused;
        }
        catch (SchemaException exception)
        {
            await error.WriteLineAsync(exception.Message);
            return ExitCode.Database;
        }
    }

    /// <summary>Starts what works in the background, and listens.</summary>
    /// <exception cref="SettingsException">Nobody can listen there; nothing works in the background any more.</exception>
    public static async Task ListenAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch (Exception exception) when (StartCheck.IsOfListening(exception))
        {
            // Disposing alone takes the database and the log away from what is at work, and that would be told in stack traces.
            await app.StopAsync();
            throw new SettingsException(StartCheck.WhyNobodyListens(exception), exception);
        }
    }

    /// <param name="args">Configuration as command-line switches.</param>
    /// <param name="replace">For tests: a clock, a listener.</param>
    /// <param name="folder">Where the files of settings are; null: beside the program.</param>
    /// <exception cref="SettingsException">A setting is missing or unsafe.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? replace = null, string? folder = null)
    {
        var builder = SettingsFiles.Read(() => WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(ServerApplication).Assembly.GetName().Name,
            ContentRootPath = folder ?? ContentRoot(),
        }));
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.AddSsoLogging();
        builder.Services.AddSingleton(TimeProvider.System);
        AddServices(builder.Services, builder.Configuration, builder.Environment);
        replace?.Invoke(builder);
        var app = builder.Build();
        app.Services.RefuseUnusableSettings();
        DatabaseRegistration.KeepFilesFromOthers(app.Services.GetRequiredService<DatabaseOptions>());
        Pipeline(app);
        return app;
    }

    /// <summary>
    /// Before the first request: SQLite migrates itself, keys and registrations are read. An unavailable database leaves the server running
    /// and not ready.
    /// </summary>
    public static async Task PrepareAsync(WebApplication app, CancellationToken cancellation)
    {
        RuntimeFloor.Check(app.Logger);
        StartCheck.TellUnknownSettings(app.Services, app.Logger);
        await DatabaseRegistration.MigrateSqliteAsync(app.Services, cancellation);
        await app.Services.GetRequiredService<ConfigurationPolling>().PollAsync(cancellation);
    }

    /// <summary>A line for each folder, which names its settings and their rules beside what it registers.</summary>
    private static void AddServices(IServiceCollection services, IConfiguration configuration, IHostEnvironment environment) =>
        services
            .AddSsoHttp(configuration, environment)
            .AddSsoBrands(configuration)
            .AddSsoKeys(configuration)
            .AddSsoOutgoing(configuration)
            .AddSsoDelivery(configuration, environment)
            .AddSsoOperations(configuration)
            .AddSsoPolling()
            .AddSsoEngine(configuration)
            .AddSsoClients()
            .AddSsoClientAuthentication()
            .AddSsoMutualTls(configuration)
            .AddSsoDpop(configuration)
            .AddSsoLimits(configuration)
            .AddSignInSettings(configuration)
            .AddSsoStepUp(configuration)
            .AddSsoAuthorization(configuration)
            .AddSsoCiba()
            .AddSsoIssuance()
            .AddSsoToken(configuration)
            .AddSsoRegistration()
            .AddSsoApi()
            .AddSsoScim()
            .AddSsoLogout()
            .AddSsoWebhooks()
            .AddSsoAccounts()
            .AddSsoImports()
            .AddSsoPreview()
            .AddSsoTrials()
            .AddSsoDoctor()
            .AddSsoPages()
            .AddSsoPipeline()
            .AddHostedService<Housekeeping>()
            .AddSsoDatabase(configuration, environment)
            .AddSsoSecrets(configuration, environment);

    private static void Pipeline(WebApplication app)
    {
        var sso = app.Services.GetRequiredService<SsoOptions>();
        // The framework would put it first by itself, and OpenIddict before everything that follows: ProtocolRoute calls it if a route is
        // its own.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        if (app.Services.GetRequiredService<MutualTlsOptions>() is { Enabled: true, ProxyHeader: not null })
        {
            // Before the address of the proxy gives way to that of the visitor.
            app.UseMiddleware<ProxyCertificates>();
        }

        app.UseMiddleware<DoctorVisits>();
        if (sso.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        OwnPipeline.Remember(app);
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(failure => failure.Run(Failures.AnswerAsync));
        app.UseMiddleware<KnownHosts>();
        app.UseMiddleware<Framing>();
        app.UseMiddleware<OwnCookies>();
        app.UseMiddleware<Unavailability>();
        app.UseMiddleware<SignInCrowd>();
        app.UseMiddleware<CrossOrigin>();
        app.UseMiddleware<NotFoundPage>();
        app.UseMiddleware<OldSignInAddress>();
        app.UseRequestLocalization(PageLanguage.Options(app.Services.GetRequiredService<CookieNames>()));
        app.UseRouting();
        if (sso.IsHttps)
        {
            app.UseMiddleware<HttpsPages>();
        }

        app.MapStaticAssets();
        app.MapRazorPages();
        app.MapSso();
    }

    /// <summary>Next to the assembly when published; the project folder when run from a build.</summary>
    private static string ContentRoot() => Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!;
}
