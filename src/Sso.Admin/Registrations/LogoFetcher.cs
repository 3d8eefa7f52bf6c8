using Sso.Admin.Clients;
using Sso.Protocol.Clients;

namespace Sso.Admin.Registrations;

/// <summary>
/// The picture of an application that registered itself. It is fetched once, at registration, and shown from our own copy: so nobody's
/// browser asks a stranger's server while they sign in, and the picture cannot be swapped afterwards.
/// </summary>
public sealed class LogoFetcher(DocumentFetch fetch)
{
    /// <summary>In bytes, so that a first view of the sign-in page stays small.</summary>
    private const int Largest = 40 * 1024;

    private static readonly string[] MediaTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"];

    /// <summary>As a data URI; null if it cannot be had, which is no reason to refuse a registration.</summary>
    public async Task<string?> FetchAsync(string? logoUri, CancellationToken cancellation) =>
        logoUri is not null
        && await fetch(logoUri, MediaTypes, RegisteredBy.Application, cancellation) is { Length: > 0 and <= Largest } picture
        && TypeOf(picture) is { } type
            ? $"data:{type};base64,{Convert.ToBase64String(picture)}"
            : null;

    /// <summary>By what the bytes say, not what the server said; no SVG, which is a document that can hold script.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> picture) => picture switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "image/gif",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', _, ..] => "image/webp",
        _ => null,
    };
}
