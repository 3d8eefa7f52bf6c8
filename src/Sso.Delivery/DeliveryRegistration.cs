using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sso.Delivery.Mail;
using Sso.Delivery.Outbox;
using Sso.Delivery.Routes;
using Sso.Delivery.Vonage;

namespace Sso.Delivery;

/// <summary>Everything that brings a code to a phone. Needs a database, a <c>Sealer</c> and a <see cref="TimeProvider"/> beside it.</summary>
public static class DeliveryRegistration
{
    internal const string Issuer = "Sso:Issuer";

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    public static IServiceCollection AddSsoDelivery(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var section = configuration.GetSection(DeliveryOptions.Section);
        services.AddSingleton<IValidateOptions<DeliveryOptions>>(new DeliveryOptionsValidator(configuration, environment));
        services.AddOptions<DeliveryOptions>().Bind(section).ValidateOnStart();
        var routes = RoutesOf(section.GetSection(nameof(DeliveryOptions.Routes)).Get<string[]>(), environment);
        if (routes.Contains(DevelopmentOutbox.RouteName) && environment.IsDevelopment())
        {
            services.AddOutbox(environment);
        }

        if (routes.Contains(VonageMessages.RouteName))
        {
            services.AddVonage(configuration.GetSection(VonageOptions.Section), environment);
        }

        services.AddSingleton<PhoneNumbers>();
        services.AddSingleton<SendLimits>();
        services.AddSingleton<TextQueue>();
        services.AddSingleton<TextSender>();
        services.AddSingleton(provider => Templates(provider, configuration));
        services.AddSingleton(provider => InOrder(provider, routes));
        services.AddHostedService<TextDispatcher>();
        services.AddMail(configuration, environment);
        return services;
    }

    /// <summary>The configured routes; in Development the outbox when none is named.</summary>
    internal static IReadOnlyList<string> RoutesOf(IReadOnlyList<string>? configured, IHostEnvironment environment) => configured switch
    {
        { Count: > 0 } => configured,
        _ when environment.IsDevelopment() => [DevelopmentOutbox.RouteName],
        _ => [],
    };

    internal static string BrandOf(DeliveryOptions options, IConfiguration configuration) =>
        options.Brand ?? (configuration["Brand:Name"] is { Length: > 0 } name ? name : "Sso");

    private static void AddOutbox(this IServiceCollection services, IHostEnvironment environment)
    {
        services.TryAddSingleton(provider => new OutboxFolder(provider.GetRequiredService<IOptions<DeliveryOptions>>(), environment));
        services.AddSingleton<IMessageRoute, DevelopmentOutbox>();
        services.AddSingleton(provider => new DevelopmentOutboxReader(provider.GetRequiredService<OutboxFolder>()));
    }

    private static void AddVonage(this IServiceCollection services, IConfiguration section, IHostEnvironment environment)
    {
        services.AddSingleton<IValidateOptions<VonageOptions>>(new VonageOptionsValidator(environment));
        services.AddOptions<VonageOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<VonageToken>();
        // One handler for the life of the process; its connections are renewed, so a changed address is noticed. No logging of requests but our own.
        services.AddHttpClient<VonageMessages>((provider, http) =>
            {
                http.BaseAddress = provider.GetRequiredService<IOptions<VonageOptions>>().Value.BaseAddress;
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
        services.AddSingleton<IMessageRoute>(provider => provider.GetRequiredService<VonageMessages>());
    }

    private static TextTemplates Templates(IServiceProvider provider, IConfiguration configuration)
    {
        var options = provider.GetRequiredService<IOptions<DeliveryOptions>>().Value;
        return new TextTemplates(BrandOf(options, configuration), new Uri(configuration[Issuer]!).IdnHost);
    }

    private static MessageRoutes InOrder(IServiceProvider provider, IReadOnlyList<string> names)
    {
        var routes = provider.GetServices<IMessageRoute>().ToDictionary(route => route.Name);
        var (clock, log) = (provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<GuardedRoute>>());
        return new MessageRoutes([.. names.Where(routes.ContainsKey).Select(name => new GuardedRoute(routes[name], clock, log))]);
    }
}
