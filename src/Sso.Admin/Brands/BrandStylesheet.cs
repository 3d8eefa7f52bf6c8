using System.Globalization;
using System.Text;
using Sso.Data.Brands;

namespace Sso.Admin.Brands;

/// <summary>The custom properties of site.css that a brand sets, and nothing else: every value was checked and is written by us.</summary>
internal static class BrandStylesheet
{
    private const int CardMore = 4;

    public static byte[] Write(BrandRegistration brand, AccentShades light, AccentShades dark)
    {
        var card = brand.Radius == 0 ? 0 : brand.Radius + CardMore;
        var ground = brand.Tint is { } tint ? $"--page:{Colour.Parse(tint)};" : "";
        return Encoding.ASCII.GetBytes(
            Root(string.Create(CultureInfo.InvariantCulture, $"--radius:{brand.Radius}px;--radius-card:{card}px"))
            + InScheme("light", ground + Properties(light))
            + InScheme("dark", Properties(dark)));
    }

    private static string Root(string properties) => ":root{" + properties + "}\n";

    private static string InScheme(string scheme, string properties) =>
        $"@media (prefers-color-scheme:{scheme}){{{Root(properties).TrimEnd()}}}\n";

    private static string Properties(AccentShades shades) =>
        $"--accent:{shades.Fill};--accent-text:{shades.Text};"
            + $"--accent-hover:{shades.Hover};--accent-active:{shades.Active};--accent-edge:{shades.Edge}";
}
