using Microsoft.EntityFrameworkCore;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Data.Keys;

/// <summary>What tokens are signed with. Section <c>Keys</c> of the configuration; every node and the command line need the same.</summary>
public sealed record KeyOptions
{
    /// <summary>Keys are made, and discovery names algorithms, only for these.</summary>
    public IReadOnlyList<string> Algorithms { get; init; } = SigningAlgorithms.All;

    /// <summary>Of new RSA keys: a strength of 128 bits (NIST SP 800-57).</summary>
    public int RsaBits { get; init; } = 3072;

    /// <summary>
    /// True: the key set has keys to which clients may encrypt request objects (RFC 9101 §4). They rotate as the others do.
    /// </summary>
    public bool Encryption { get; init; }

    /// <summary>In the order of <see cref="SigningAlgorithms.All"/>.</summary>
    public IReadOnlyList<string> Offered => [.. SigningAlgorithms.All.Intersect(Algorithms, StringComparer.Ordinal)];
}

public static class SigningAlgorithmQueries
{
    /// <summary>
    /// The algorithms that need a key: those offered, those that a registered client was promised before an operator switched them off, so
    /// that switching off breaks nobody; and those to which clients encrypt.
    /// </summary>
    public static async Task<IReadOnlyList<string>> AlgorithmsToSignWithAsync(
        this SsoDbContext database, KeyOptions options, CancellationToken cancellation)
    {
        var promised = await database.Clients.AsNoTracking()
            .Select(client => client.IdTokenSigningAlgorithm).Union(database.Clients.Select(client => client.IntrospectionSigningAlgorithm))
            .Union(database.Clients.Select(client => client.AuthorizationSigningAlgorithm))
            .Union(
                database.Clients.Where(client => client.UserInfoSigningAlgorithm != null)
                    .Select(client => client.UserInfoSigningAlgorithm!))
            .ToListAsync(cancellation);
        return
        [
            .. SigningAlgorithms.All.Where(algorithm => options.Offered.Contains(algorithm) || promised.Contains(algorithm)),
            .. options.Encryption ? TokenEncryption.Algorithms : [],
        ];
    }
}
