using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Sso.Admin;
using Sso.Admin.Clients;
using Sso.Admin.Outgoing;
using Sso.Admin.People;
using Sso.Admin.Registrations;
using Sso.Data;
using Sso.Delivery;
using Sso.Server.Account;
using Sso.Server.Authorization;
using Sso.Server.Brands;
using Sso.Server.Ciba;
using Sso.Server.ClientAuthentication;
using Sso.Server.Dpop;
using Sso.Server.Http;
using Sso.Server.Introspection;
using Sso.Server.Keys;
using Sso.Server.Logout;
using Sso.Server.Mails;
using Sso.Server.MutualTls;
using Sso.Server.Operations;
using Sso.Server.Outgoing;
using Sso.Server.Registration;
using Sso.Server.Sessions;
using Sso.Server.SignIn;
using Sso.Server.StepUp;
using Sso.Server.Token;
using Sso.Server.UserInfo;

namespace Sso.Server;

/// <summary>The web application: what it is made of, and in which order a request passes through it.</summary>
public static class ServerApplication
{
    /// <summary>Runs until stopped. Exit code 1 and one sentence for a setting that it will not run with.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await PrepareAsync(app, CancellationToken.None);
            await app.RunAsync();
            return Environment.ExitCode;
        }
        catch (SettingsException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
            return 1;
        }
        catch (InvalidDataException exception)
        {
            await Console.Error.WriteLineAsync(Settings.InWords(exception));
            return 1;
        }
    }

    /// <param name="args">Configuration as command-line switches.</param>
    /// <param name="replace">For tests: a clock, a listener.</param>
    /// <exception cref="SettingsException">A setting is missing or unsafe.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? replace = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ApplicationName = typeof(ServerApplication).Assembly.GetName().Name,
            ContentRootPath = ContentRoot(),
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
        // Of forms in the charsets of older clients.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        builder.Logging.AddSsoLogging();
        builder.Services.AddSingleton(TimeProvider.System);
        AddServices(builder);
        replace?.Invoke(builder);
        var app = builder.Build();
        Pipeline(app);
        return app;
    }

    /// <summary>
    /// Before the first request: SQLite migrates itself, keys and registrations are read. An absent database leaves the server running and not ready.
    /// </summary>
    public static async Task PrepareAsync(WebApplication app, CancellationToken cancellation)
    {
        RuntimeFloor.Check(app.Logger);
        Settings.Validate(app.Services);
        if (app.Configuration["Database:Provider"] is null or "Sqlite")
        {
            await using var database = await app.Services.GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContextAsync(cancellation);
            // Migrating compares the whole model first, a third of a cold start, even when there is nothing to do.
            if ((await database.Database.GetPendingMigrationsAsync(cancellation)).Any())
            {
                await database.MigrateAsync(cancellation);
                DatabaseRegistration.KeepFilesFromOthers(app.Configuration);
            }
        }

        await app.Services.GetRequiredService<ConfigurationPolling>().PollAsync(cancellation);
    }

    private static void AddServices(WebApplicationBuilder builder)
    {
        var (services, configuration) = (builder.Services, builder.Configuration);
        var sso = configuration.ReadSettings<SsoOptions>("Sso");
        var signIn = configuration.ReadSettings<SignInOptions>("SignIn");
        var tokens = configuration.ReadSettings<TokenOptions>("Tokens");
        var audit = configuration.ReadSettings<AuditOptions>("Audit");
        var keys = KeyConfiguration.Read(configuration);
        var mutualTls = configuration.ReadSettings<MutualTlsOptions>("MutualTls");
        var outgoing = configuration.ReadSettings<OutgoingOptions>("Outgoing");
        var registration = configuration.ReadSettings<RegistrationPolicy>("Registration");
        var limits = configuration.ReadSettings<LimitOptions>("Limits");
        if ((sso.Problem(builder.Environment) ?? signIn.Problem ?? tokens.Problem ?? audit.Problem ?? keys.Problem ?? outgoing.Problem ?? mutualTls.Problem(sso)
            ?? registration.Problem ?? limits.Problem) is { } problem)
        {
            throw new SettingsException(problem);
        }

        var (actions, flaw) = ActionCatalogue.Read(configuration);
        var (types, typeFlaw) = AuthorizationTypes.Read(configuration);
        services.AddSingleton(types ?? throw new SettingsException(typeFlaw!));
        services.AddSingleton(actions ?? throw new SettingsException(flaw!)).AddSingleton(configuration.ReadSettings<AuthorizationOptions>("Authorization"));
        services.AddSingleton(sso).AddSingleton(limits).AddSingleton(signIn).AddSingleton(tokens).AddSingleton(audit).AddSingleton(keys).AddSingleton(configuration.ReadSettings<BrandOptions>("Brand"));
        services.AddSingleton(PasswordConfiguration.Read(configuration)).AddScoped<PasswordFloor>();
        services.AddSsoDatabase(configuration, builder.Environment);
        services.AddSsoSecrets(configuration, builder.Environment);
        services.AddSsoDataProtection();
        services.AddSsoPasskeys(sso);
        services.AddSsoDelivery(configuration, builder.Environment);
        services.AddSingleton<CookieNames>().AddSingleton<ServerState>().AddSingleton<ServerMetrics>().AddSingleton<PasswordLane>();
        services.AddSingleton<SigningKeyRing>().AddSingleton<ClientDirectory>().AddSingleton<BrandDirectory>().AddSingleton<ConfigurationPolling>();
        services.AddHostedService<ConfigurationPollingService>().AddHostedService<Housekeeping>().AddHostedService<AuditSealing>();
        services.AddScoped<ClientRefusals>().AddHttpContextAccessor().AddSingleton<DatabaseClock>().AddSingleton<DatabaseFitness>().AddSingleton<DatabaseDiagnosis>().AddSingleton<WriteProbe>().AddSingleton<ISaveChangesInterceptor>(
            provider => new EventStamps("server", provider.GetRequiredService<IHttpContextAccessor>(), provider.GetRequiredService<ServerMetrics>()));
        services.AddSingleton<AccountArea>().AddSingleton<IssuedTokens>().AddSingleton<RefreshTokens>();
        services.AddSingleton<WaitingFlow>().AddScoped<WaitingRequests>().AddScoped<WaitingGrant>().AddScoped<DeviceCodeGrant>();
        services.AddScoped<BackchannelRequests>().AddScoped<CibaGrant>().AddScoped<TokenExchangeGrant>().AddSingleton<BackchannelNotifier>();
        services.AddHostedService(provider => provider.GetRequiredService<BackchannelNotifier>());
        services.AddSingleton<TokenEncryptor>().AddSingleton<TokenDecryptor>().AddSingleton<UserInfoAnswer>();
        services.AddSingleton<Flows>().AddSingleton<LateFlows>().AddSingleton<PageAnswers>().AddSingleton<PushedRequests>().AddSingleton<RequestObjects>().AddScoped<IncomingRequests>().AddSingleton<PageBrand>().AddSingleton<AuthorizationCodes>().AddSingleton<AuthorizationResponse>().AddSingleton<LogoutReturns>().AddSingleton<PostedForms>();
        services.AddScoped<SessionCookies>().AddScoped<Interaction>().AddScoped<GrantedAnswer>().AddScoped<Throttle>().AddScoped<ClientAuthenticator>();
        services.AddScoped<AuthorizationCodeGrant>().AddScoped<RefreshTokenGrant>().AddScoped<ClientCredentialsGrant>();
        services.AddScoped<TokenIntrospector>().AddScoped<PersonReader>().AddScoped<IdTokenIssuer>().AddScoped<TokenIssuer>();
        services.AddScoped<PasswordSignIn>().AddScoped<FactorProofs>().AddScoped<AppCodes>().AddScoped<AppEnrolment>();
        services.AddScoped<MessageChallenges>().AddScoped<TextCodes>().AddScoped<MailCodes>().AddScoped<TextEnrolment>().AddScoped<RecoveryCodes>();
        services.AddScoped<AccountOverview>().AddScoped<Consents>().AddScoped<EnrolmentPostponement>().AddScoped<TrustedDevices>();
        services.AddSingleton<SecurityMails>().AddSingleton<MailPreview>().AddSingleton<NoticeTexts>().AddScoped<PasswordReset>();
        services.AddScoped<LostFactor>().AddScoped<DueRecoveries>().AddScoped<OwedNotices>();
        services.AddScoped<OwnSessions>().AddScoped<OwnApps>().AddScoped<OwnActivity>().AddScoped<FactorRemoval>().AddScoped<NumberChanges>()
            .AddScoped<OwnContacts>().AddScoped<EmailChange>().AddScoped<ContactUndo>().AddScoped<UndoContactChanges>().AddScoped<FactorNames>();
        services.AddScoped<DataExport>().AddScoped<OwnDeletion>().AddScoped<DeletePerson>().AddScoped<DueDeletions>();
        services.AddOutgoingAddresses(outgoing, registration, sso.Issuer).AddSingleton<OutgoingHttp>().AddDocumentFetch().AddSingleton<ClientKeys>();
        services.AddSingleton<LogoutTokens>().AddSingleton<SessionStates>().AddScoped<SignOuts>()
            .AddSingleton<LogoutDispatcher>().AddHostedService(provider => provider.GetRequiredService<LogoutDispatcher>());
        services.AddScoped<SectorIdentifiers>().AddScoped<AddClient>().AddScoped<RemoveClient>()
            .AddSingleton<ClientDocuments>().AddScoped<MetadataReader>().AddScoped<KeptLogo>().AddScoped<RegisterClient>();
        services.AddSingleton(mutualTls).AddSingleton<ClientCertificates>().AddScoped<ClientAssertions>().AddScoped<CredentialCheck>().AddSingleton<SealedSecrets>();
        services.AddSingleton(configuration.ReadSettings<DpopOptions>("Dpop")).AddSingleton<DpopNonces>().AddScoped<DpopProofs>().AddScoped<PresentedTokens>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(
            https => ServerTls.Configure(https, asksForCertificate: mutualTls is { Enabled: true, ProxyHeader: null })));
        services.AddLocalization();
        services.AddRazorPages(pages => pages.Conventions.ConfigureFilter(new AntiforgeryFailurePage()).ConfigureFilter(new RedirectAfterPost()));
        RouteMethods.Use(services);
        services.AddSingleton<IAntiforgeryAdditionalDataProvider, AntiforgeryBinding>();
        services.AddAntiforgery(options =>
        {
            options.Cookie.Name = new CookieNames(sso).Antiforgery;
            options.Cookie.HttpOnly = true;
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = sso.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.None;
            // Our own headers say DENY on every answer.
            options.SuppressXFrameOptionsHeader = true;
        });
        services.AddSingleton<TrustedProxies>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<TrustedProxies>((options, proxies) => proxies.Configure(options));
    }

    private static void Pipeline(WebApplication app)
    {
        var sso = app.Services.GetRequiredService<SsoOptions>();
        if (app.Services.GetRequiredService<MutualTlsOptions>() is { Enabled: true, ProxyHeader: not null })
        {
            // Before the address of the proxy gives way to that of the visitor.
            app.UseMiddleware<ProxyCertificates>();
        }

        if (sso.TrustedProxies.Count > 0)
        {
            app.UseForwardedHeaders();
        }

        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler(failure => failure.Run(Failures.AnswerAsync));
        app.UseMiddleware<KnownHosts>();
        app.UseMiddleware<Framing>();
        app.UseMiddleware<OwnCookies>();
        app.UseMiddleware<Unavailability>();
        app.UseMiddleware<SignInCrowd>();
        app.UseMiddleware<CrossOrigin>();
        app.UseMiddleware<NotFoundPage>();
        app.Use(AnswerOldSignInAddress);
        app.UseRequestLocalization(Languages.Options(app.Services.GetRequiredService<CookieNames>()));
        app.UseRouting();
        app.MapStaticAssets();
        app.MapRazorPages();
        app.MapSso();
    }

    /// <summary>Relying parties of the older system send their authorization requests to /signin: there they are answered as at the endpoint.</summary>
    private static Task AnswerOldSignInAddress(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path == "/signin" && IsReading(http.Request.Method) && http.Request.Query.ContainsKey("client_id"))
        {
            http.Request.Path = AuthorizationEndpoint.Path;
        }

        return next(http);
    }

    private static bool IsReading(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    /// <summary>Beside the assembly when published; the project folder when run from a build.</summary>
    private static string ContentRoot() => Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location)!;
}
