using Sso.Server.Http;
using Sso.Server.Operations;

namespace Sso.Server.Brands;

internal static class BrandsRegistration
{
    public static IServiceCollection AddSsoBrands(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.ReadSettings<BrandOptions>("Brand"))
        .AddSingleton<BrandDirectory>()
        .AddSingleton<PageBrand>();
}
