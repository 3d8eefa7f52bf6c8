using Sso.Admin.Brands;
using Sso.Settings;

namespace Sso.Server.Brands;

internal static class BrandsRegistration
{
    public static IServiceCollection AddSsoBrands(this IServiceCollection services, IConfiguration configuration) => services
        .AddBrandSettings(configuration)
        .AddSingleton<BrandDirectory>();

    /// <summary>For the server and for the command line.</summary>
    public static IServiceCollection AddBrandSettings(this IServiceCollection services, IConfiguration configuration) =>
        services.AddSettings<BrandOptions>(configuration, "Brand");
}
