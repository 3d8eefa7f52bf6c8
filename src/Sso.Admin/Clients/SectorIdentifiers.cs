using System.Text.Json;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>Fetches what an address of a registration publishes, through the guarded client; null for every failure.</summary>
/// <param name="address">As registered.</param>
/// <param name="mediaTypes">The types that it may declare.</param>
/// <param name="by">Who registered the address.</param>
/// <param name="cancellation">Stops the call.</param>
public delegate Task<byte[]?> DocumentFetch(
    string address, IReadOnlyCollection<string> mediaTypes, RegisteredBy by, CancellationToken cancellation);

/// <summary>The sector of a client that passed the checks.</summary>
/// <param name="Host">Null for public subjects.</param>
internal sealed record ClientSector(string? Host);

/// <summary>The sector for which the pairwise subjects of a registration are made (OIDC Core §8.1, Dynamic Registration §5).</summary>
public sealed class SectorIdentifiers(DocumentFetch fetch)
{
    private static readonly string[] Json = ["application/json"];

    /// <summary>The host of the sector, or why there is none.</summary>
    public async Task<Result<string, Refusal>> FindAsync(
        string? sectorIdentifierUri, IReadOnlyList<string> redirectUris, RegisteredBy by, CancellationToken cancellation)
    {
        if (sectorIdentifierUri is null)
        {
            // Only somebody who answers at a host over https has shown that it is theirs: anybody can claim com.evil.app://host/.
            var hosts = redirectUris.Select(uri => new Uri(uri))
                .Select(uri => uri.Scheme == Uri.UriSchemeHttps ? uri.IdnHost.ToLowerInvariant() : "")
                .Distinct(StringComparer.Ordinal).ToList();
            return hosts is [{ Length: > 0 } only]
                ? only
                : Refuse(
                    "Pairwise subjects are made for one host over https, and the redirect URIs have none or several.",
                    "Give a sector identifier URI whose document lists them all.");
        }

        if (!Uri.TryCreate(sectorIdentifierUri, UriKind.Absolute, out var parsed)
            || parsed.Scheme is not ("https" or "http")
            || parsed.Fragment.Length > 0)
        {
            return Refuse($"'{sectorIdentifierUri}' is not an https address.", "Give the address of a JSON array of redirect URIs.");
        }

        if (await fetch(sectorIdentifierUri, Json, by, cancellation) is not { } document || Read(document) is not { } listed)
        {
            return Refuse(
                "The sector identifier URI cannot be read as a JSON array of strings.",
                "Publish the array there, as application/json, at an address that this server may call.");
        }

        return redirectUris.FirstOrDefault(uri => !listed.Contains(uri)) is { } missing
            ? Refuse(
                $"'{missing}' is not in the document at the sector identifier URI.",
                "Add it there first; redirect URIs are compared letter by letter.")
            : parsed.IdnHost.ToLowerInvariant();
    }

    private static HashSet<string>? Read(byte[] document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            return json.RootElement.ValueKind == JsonValueKind.Array
                && json.RootElement.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. json.RootElement.EnumerateArray().Select(item => item.GetString()!)]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Refusal Refuse(string what, string remedy) => Refusal.Invalid(new FieldProblem("sector_identifier_uri", what, remedy));
}
