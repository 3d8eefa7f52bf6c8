using System.Buffers.Binary;
using System.Text;
using Sso.Admin.Brands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Brands;

[OneDatabase]
public sealed class BrandLogoTests
{
    private const string Shape = "<rect width='10' height='10' fill='#123456'/>";

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<g onload='alert(1)'/>")]
    [InlineData("<a href='https://evil.example'><text>x</text></a>")]
    [InlineData("<image href='https://evil.example/x.png'/>")]
    [InlineData("<use href='#x'/>")]
    [InlineData("<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='https://evil.example'/></foreignObject>")]
    [InlineData("<style>rect{fill:url(https://evil.example/x)}</style>")]
    [InlineData("<rect fill='url(https://evil.example/x#y)'/>")]
    [InlineData("<rect fill='\\75rl(https://evil.example/x)'/>")]
    [InlineData("<rect style='fill:url(https://evil.example/x)'/>")]
    [InlineData("<rect style='background-image:url(https://evil.example/x)'/>")]
    [InlineData("<linearGradient href='https://evil.example/x#y'/>")]
    [InlineData("<linearGradient xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='https://evil.example/x#y'/>")]
    [InlineData("<rect filter='url(https://evil.example/x)'/>")]
    [InlineData("<animate attributeName='href' values='https://evil.example'/>")]
    [InlineData("<set attributeName='onload' to='alert(1)'/>")]
    [InlineData("<x:script xmlns:x='http://www.w3.org/2000/svg'>alert(1)</x:script>")]
    [InlineData("<!-- https://evil.example -->")]
    [InlineData("<?xml-stylesheet href='https://evil.example'?>")]
    public void Nothing_but_shapes_and_paint_is_left_of_an_svg(string part)
    {
        var cleaned = Clean($"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'>{part}{Shape}</svg>");
        foreach (var bad in (string[])["evil", "alert", "script", "onload", "style", "http://www.w3.org/1999", "use", "75rl"])
        {
            Assert.DoesNotContain(bad, cleaned, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Contains("#123456", cleaned, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_drawing_program_writes_keeps_its_looks()
    {
        var cleaned = Clean("""
            <?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="10" height="10">
            <defs><linearGradient id="a"><stop offset="0" style="stop-color:#aabbcc;stop-opacity:1"/></linearGradient>
            """ + """
            <linearGradient id="b" xlink:href="#a"/></defs>
            <path class="x" d="M0 0h4" transform="translate(1 1)" style="fill:url(#b);stroke-width:2px"/></svg>
            """);
        foreach (var kept in (string[])
        [
            "stop-color=\"#aabbcc\"", "href=\"#a\"", "fill=\"url(#b)\"", "stroke-width=\"2px\"", "translate(1 1)",
        ])
        {
            Assert.Contains(kept, cleaned, StringComparison.Ordinal);
        }

        Assert.Equal(cleaned, Clean(cleaned));
    }

    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'><rect/></svg>")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><image href='x'/></svg>")]
    [InlineData("<svg viewBox='0 0 1 1'><rect/></svg>")]
    [InlineData("<html/>")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a 'aaaa'>]><svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'><text>&a;</text></svg>")]
    [InlineData("GIF89a")]
    [InlineData("")]
    public void What_is_no_logo_is_refused_with_a_remedy(string file)
    {
        Assert.Null(BrandLogo.Clean(Encoding.UTF8.GetBytes(file), out var flaw));
        Assert.NotEmpty(flaw!.Remedy);
    }

    [Fact]
    public void A_png_keeps_its_picture_and_loses_what_hangs_on_it()
    {
        byte[] file =
        [
            .. Signature, .. Chunk("IHDR", Header(40)), .. Chunk("tEXt", "secret"u8),
            .. Chunk("IDAT", [1, 2]), .. Chunk("IEND", []), .. "<script>"u8,
        ];

        var logo = BrandLogo.Clean(file, out _)!;

        Assert.Equal("png", logo.Format);
        Assert.Equal([.. Signature, .. Chunk("IHDR", Header(40)), .. Chunk("IDAT", [1, 2]), .. Chunk("IEND", [])], logo.Content);
    }

    [Fact]
    public void A_png_that_is_cut_off_or_huge_is_refused()
    {
        Assert.Null(BrandLogo.Clean([.. Signature, .. Chunk("IHDR", Header(40))], out _));
        Assert.Null(BrandLogo.Clean([.. Signature, .. Chunk("IHDR", Header(9000)), .. Chunk("IEND", [])], out _));
        Assert.Null(BrandLogo.Clean(new byte[BrandLogo.Largest + 1], out var flaw));
        Assert.Contains("24,576", flaw!.What, StringComparison.Ordinal);
    }

    private static byte[] Signature => [0x89, .. "PNG\r\n"u8, 0x1a, 0x0a];

    private static byte[] Header(int size)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, size);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), size);
        return header;
    }

    private static byte[] Chunk(string type, ReadOnlySpan<byte> content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. length, .. Encoding.ASCII.GetBytes(type), .. content, 0, 0, 0, 0];
    }

    private static string Clean(string svg) => Encoding.UTF8.GetString(BrandLogo.Clean(Encoding.UTF8.GetBytes(svg), out _)!.Content);
}
