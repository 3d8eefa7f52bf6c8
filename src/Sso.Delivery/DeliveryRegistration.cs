using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sso.Delivery.Mail;
using Sso.Delivery.Outbox;
using Sso.Delivery.Receipts;
using Sso.Delivery.Routes;
using Sso.Delivery.Spending;
using Sso.Delivery.Twilio;
using Sso.Delivery.Vonage;
using Sso.Settings;

namespace Sso.Delivery;

/// <summary>Everything that brings a code to a phone. Also needs a database, a <c>Sealer</c> and a <see cref="TimeProvider"/>.</summary>
public static class DeliveryRegistration
{
    internal const string Issuer = "Sso:Issuer";

    /// <summary>False: no code goes by text, and so no provider is needed.</summary>
    internal const string TextMessages = "SignIn:TextMessages";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    public static IServiceCollection AddSsoDelivery(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddSettings(configuration, DeliveryOptions.Section, new DeliveryRules(configuration, environment))
            .AddUnset<DeliveryOptions>("Delivery:Routes", options => RoutesOf(options.Routes, environment))
            .AddUnset<DeliveryOptions>("Delivery:Brand", options => BrandOf(options, configuration))
            .AddUnset<DeliveryOptions>(
                "Delivery:Outbox:Folder", options => environment.IsDevelopment() ? OutboxFolder.PathOf(options) : null);
        var routing = configuration.ReadUnchecked<DeliveryOptions>(DeliveryOptions.Section);
        services.AddRoutes(AllRoutes(routing, environment), configuration, environment);
        services.AddSingleton(new ReceiptAddresses(configuration[Issuer] ?? ""));
        services.AddSingleton<PhoneNumbers>();
        services.AddSingleton<DeliveryMetrics>().AddSingleton<DeliveryAlerts>()
            .AddSingleton<ConversionBreaker>().AddSingleton<SendLimits>();
        services.AddSingleton<TextQueue>().AddSingleton<TextBell>().AddSingleton<TextComposer>()
            .AddSingleton<TextRows>().AddSingleton<TextSender>();
        services.AddSingleton<TextReceipts>();
        services.AddSingleton(provider => Templates(provider, configuration));
        services.AddSingleton(provider => InOrder(provider, routing, environment));
        services.AddHostedService<TextDispatcher>();
        services.AddMail(configuration, environment);
        return services;
    }

    /// <summary>The configured routes; in Development the outbox if none is named.</summary>
    internal static IReadOnlyList<string> RoutesOf(IReadOnlyList<string> configured, IHostEnvironment environment) => configured switch
    {
        { Count: > 0 } => configured,
        _ when environment.IsDevelopment() => [DevelopmentOutbox.RouteName],
        _ => [],
    };

    internal static string BrandOf(DeliveryOptions options, IConfiguration configuration) =>
        options.Brand ?? (configuration["Brand:Name"] is { Length: > 0 } name ? name : "Sso");

    /// <summary>Those of all countries, each once.</summary>
    internal static IReadOnlyList<string> AllRoutes(DeliveryOptions options, IHostEnvironment environment) =>
        [.. RoutesOf(options.Routes, environment).Concat(options.RoutesByCountry.Values.SelectMany(names => names)).Distinct()];

    private static void AddRoutes(
        this IServiceCollection services, IReadOnlyList<string> routes, IConfiguration configuration, IHostEnvironment environment)
    {
        if (routes.Contains(DevelopmentOutbox.RouteName) && environment.IsDevelopment())
        {
            services.AddOutbox(environment);
        }

        if (routes.Contains(VonageMessages.RouteName) || routes.Contains(VonageSms.RouteName))
        {
            services.AddSettings(configuration, VonageOptions.Section, new VonageRules(routes, configuration, environment));
        }
        else
        {
            services.AddIdleSettings<VonageOptions>(VonageOptions.Section);
        }

        if (routes.Contains(VonageMessages.RouteName))
        {
            services.AddSingleton<VonageToken>();
            services.AddProvider<VonageMessages, VonageOptions>(vonage => vonage.BaseAddress);
            services.AddSingleton<IReceiptReader, VonageMessagesReceipts>();
        }

        if (routes.Contains(VonageSms.RouteName))
        {
            services.AddProvider<VonageSms, VonageOptions>(vonage => vonage.SmsBaseAddress);
            services.AddSingleton<IReceiptReader, VonageSmsReceipts>();
        }

        if (routes.Contains(TwilioMessages.RouteName))
        {
            services.AddSettings(configuration, TwilioOptions.Section, new TwilioRules(environment));
            services.AddProvider<TwilioMessages, TwilioOptions>(twilio => twilio.BaseAddress);
            services.AddSingleton<IReceiptReader, TwilioReceipts>();
        }
        else
        {
            services.AddIdleSettings<TwilioOptions>(TwilioOptions.Section);
        }
    }

    private static void AddOutbox(this IServiceCollection services, IHostEnvironment environment)
    {
        services.TryAddSingleton(provider => new OutboxFolder(provider.GetRequiredService<IOptions<DeliveryOptions>>(), environment));
        services.AddSingleton<IMessageRoute, DevelopmentOutbox>();
        services.AddSingleton(provider => new DevelopmentOutboxReader(provider.GetRequiredService<OutboxFolder>()));
    }

    private static void AddProvider<TRoute, TOptions>(this IServiceCollection services, Func<TOptions, Uri> address)
        where TRoute : class, IMessageRoute
        where TOptions : class
    {
        // One handler for the life of the process; its connections are renewed, so a changed address is noticed. No logging of requests
        // except our own.
        services.AddHttpClient<TRoute>((provider, http) =>
            {
                http.BaseAddress = address(provider.GetRequiredService<IOptions<TOptions>>().Value);
                http.Timeout = Timeout.InfiniteTimeSpan;
            })
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                ConnectTimeout = ConnectTimeout,
                PooledConnectionLifetime = ConnectionLifetime,
                AllowAutoRedirect = false,
                UseCookies = false,
                AutomaticDecompression = DecompressionMethods.None,
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        services.AddSingleton<IMessageRoute>(provider => provider.GetRequiredService<TRoute>());
    }

    private static TextTemplates Templates(IServiceProvider provider, IConfiguration configuration)
    {
        var options = provider.GetRequiredService<IOptions<DeliveryOptions>>().Value;
        return new TextTemplates(BrandOf(options, configuration), new Uri(configuration[Issuer]!).IdnHost);
    }

    private static MessageRoutes InOrder(IServiceProvider provider, DeliveryOptions routing, IHostEnvironment environment)
    {
        var (clock, log) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<GuardedRoute>>());
        // One breaker for each route, whichever lists it is in.
        var routes = provider.GetServices<IMessageRoute>().ToDictionary(route => route.Name, route => new GuardedRoute(route, clock, log));
        IReadOnlyList<GuardedRoute> Named(IEnumerable<string> names) => [.. names.Where(routes.ContainsKey).Select(name => routes[name])];
        return new MessageRoutes(
            Named(RoutesOf(routing.Routes, environment)),
            routing.RoutesByCountry.ToDictionary(entry => entry.Key, entry => Named(entry.Value), StringComparer.OrdinalIgnoreCase));
    }
}
