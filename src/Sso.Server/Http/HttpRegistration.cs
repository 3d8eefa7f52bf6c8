using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Sso.Settings;

namespace Sso.Server.Http;

internal static class HttpRegistration
{
    public static IServiceCollection AddSsoHttp(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        // For forms in the charsets of older clients.
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        services.AddSettings(configuration, SsoOptions.Section, new SsoRules(environment)).AddHttpContextAccessor();
        services.AddSingleton<CookieNames>().AddSingleton<PostedForms>();
        services.AddSingleton<TrustedProxies>();
        services.AddOptions<ForwardedHeadersOptions>().Configure<TrustedProxies>((options, proxies) => proxies.Configure(options));
        services.AddOptions<KestrelServerOptions>().Configure<IServiceProvider>((kestrel, services) =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 * 1024;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            // The server is made before the settings were judged; it listens after that.
            kestrel.ConfigureHttpsDefaults(https => ServerTls.Configure(
                https,
                asksForCertificate: services.GetRequiredService<MutualTlsOptions>() is { Enabled: true, ProxyHeader: null }));
        });
        return services;
    }
}
