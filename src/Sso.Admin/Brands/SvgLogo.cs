using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Sso.Admin.Brands;

/// <summary>
/// Rebuilds an SVG from a list of what a logo may contain: shapes, groups, gradients and clips, and their geometry and paint. Everything
/// else is left out: script, event handlers, style sheets, other documents, references out of the file, animation, comments.
/// </summary>
internal static partial class SvgLogo
{
    private const int Deepest = 40;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private static readonly FrozenSet<string> Elements =
    [
        "svg", "g", "defs", "path", "rect", "circle", "ellipse", "line", "polyline",
        "polygon", "text", "tspan", "linearGradient", "radialGradient", "stop",
        "clipPath", "title", "desc",
    ];

    private static readonly FrozenSet<string> WithText = ["text", "tspan", "title", "desc"];

    private static readonly FrozenSet<string> Paint =
    [
        "fill", "fill-rule", "fill-opacity", "stroke", "stroke-width",
        "stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-dasharray",
        "stroke-dashoffset", "stroke-opacity", "opacity", "stop-color",
        "stop-opacity", "clip-path", "clip-rule", "color", "font-family", "font-size",
        "font-weight", "font-style", "text-anchor", "letter-spacing",
    ];

    private static readonly FrozenSet<string> Attributes =
    [
        "id", "viewBox", "width", "height", "x", "y", "x1", "y1", "x2", "y2", "cx",
        "cy", "r", "rx", "ry", "fx", "fy", "dx", "dy", "d", "points", "offset",
        "transform", "gradientTransform", "gradientUnits", "spreadMethod", "clipPathUnits", "preserveAspectRatio", .. Paint,
    ];

    public static byte[]? Clean(byte[] file, out Flaw? flaw)
    {
        if (Read(file) is not { } source || source.Name != Svg + "svg")
        {
            flaw = new("The logo is neither an SVG nor a PNG.", "Give a file whose root element is svg, or a PNG.");
            return null;
        }

        var cleaned = Clean(source, 0);
        if (cleaned.Attribute("viewBox") is null && (cleaned.Attribute("width") is null || cleaned.Attribute("height") is null))
        {
            flaw = new("The logo has no size: neither viewBox nor width and height.", "Add a viewBox to its svg element.");
            return null;
        }

        if (!cleaned.Descendants().Any(
            element => element.Name.LocalName is "path" or "rect" or "circle" or "ellipse" or "line" or "polyline" or "polygon" or "text"))
        {
            flaw = new(
                "Nothing that may be shown is left of the logo.",
                "Export it as plain shapes: no pictures inside, no style sheet, no symbols.");
            return null;
        }

        flaw = null;
        return Encoding.UTF8.GetBytes(cleaned.ToString(SaveOptions.DisableFormatting));
    }

    private static XElement? Read(byte[] file)
    {
        // No entity is ever read, so none can grow, and nothing is fetched.
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            MaxCharactersInDocument = 2 * BrandLogo.Largest,
        };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(file), settings);
            return XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static XElement Clean(XElement source, int depth)
    {
        var cleaned = new XElement(Svg + source.Name.LocalName);
        foreach (var (name, value) in source.Attributes().SelectMany(Flatten).Where(pair => IsSafe(pair.Name, pair.Value)))
        {
            cleaned.SetAttributeValue(name, value);
        }

        foreach (var node in source.Nodes())
        {
            if (node is XElement child && depth < Deepest && child.Name.Namespace == Svg && Elements.Contains(child.Name.LocalName))
            {
                cleaned.Add(Clean(child, depth + 1));
            }
            else if (node is XText text && WithText.Contains(source.Name.LocalName))
            {
                cleaned.Add(new XText(text.Value));
            }
        }

        return cleaned;
    }

    /// <summary>
    /// Paint that drawing programs write into a style attribute becomes attributes; a reference within the file loses its old namespace.
    /// </summary>
    private static IEnumerable<(string Name, string Value)> Flatten(XAttribute attribute) => attribute.Name switch
    {
        { NamespaceName: "", LocalName: "style" } =>
            from declaration in attribute.Value.Split(';')
            let parts = declaration.Split(':', 2)
            where parts.Length == 2 && Paint.Contains(parts[0].Trim())
            select (parts[0].Trim(), parts[1].Trim()),
        { NamespaceName: "" or "http://www.w3.org/1999/xlink", LocalName: "href" } => [("href", attribute.Value)],
        { NamespaceName: "" } => [(attribute.Name.LocalName, attribute.Value)],
        _ => [],
    };

    private static bool IsSafe(string name, string value) => name switch
    {
        // For gradients that share their stops.
        "href" => FragmentOnly().IsMatch(value),
        _ when !Attributes.Contains(name) => false,
        _ when value.Contains('(', StringComparison.Ordinal) && name is not ("transform" or "gradientTransform") =>
            Function().IsMatch(value),
        _ => !value.Contains('\\', StringComparison.Ordinal),
    };

    [GeneratedRegex("^#[A-Za-z_][A-Za-z0-9_.-]*$", RegexOptions.CultureInvariant)]
    private static partial Regex FragmentOnly();

    /// <summary>A paint server or clip of this file, or a colour by numbers.</summary>
    [GeneratedRegex(@"^(url\(#[A-Za-z_][A-Za-z0-9_.-]*\)|rgba?\([0-9., %]+\)|hsla?\([0-9., %deg]+\))$", RegexOptions.CultureInvariant)]
    private static partial Regex Function();
}
