using Sso.Admin.Brands;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>The brand of a page: that of the client to which the flow leads, or of the host name, or of the configuration.</summary>
internal sealed class PageBrand(BrandDirectory brands, FlowSealer flows)
{
    private const string Key = "brand";

    /// <param name="http">Null if there is no page: whatever leaves then has the brand of the configuration.</param>
    public Brand For(HttpContext? http)
    {
        if (http is null)
        {
            return brands.Usual;
        }

        if (http.Items[Key] is Brand known)
        {
            return known;
        }

        // Pages outside the flow itself, such as the waiting page, carry its handle too.
        var client = http.Request.Query["flow"] is [{ Length: > 0 } handle] ? flows.ClientOf(http, handle) : null;
        var brand = OfClient(client?.BrandId) ?? brands.OfHost(HostNames.Asked(http).Host) ?? brands.Usual;
        http.Items[Key] = brand;
        return brand;
    }

    /// <summary>This answer has another brand, whatever its address says.</summary>
    public static void Show(HttpContext http, Brand brand) => http.Items[Key] = brand;

    private Brand? OfClient(string? brandId) => brandId is null ? null : brands.Find(brandId);
}
