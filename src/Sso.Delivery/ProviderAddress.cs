using Microsoft.Extensions.Hosting;

namespace Sso.Delivery;

/// <summary>Where credentials and codes may be sent.</summary>
internal static class ProviderAddress
{
    /// <summary>Only https; in Development also a fake on this machine.</summary>
    public static bool IsSafe(Uri address, IHostEnvironment environment) => address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttps
            || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback && environment.IsDevelopment()));
}
