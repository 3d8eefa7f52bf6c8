using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Clients;
using Sso.Protocol.Authorization;
using Sso.Protocol.Tokens;

namespace Sso.Data.Grants;

/// <summary>
/// What a redeemed code gave. Its key is derived from the random id inside the code, so the primary key makes a code single-use on every
/// node (RFC 6749 §4.1.2). The row is its own audit record.
/// </summary>
public sealed class Grant
{
    /// <summary>Public: the gid claim. It names the grant and opens nothing.</summary>
    public required Guid Id { get; init; }

    /// <summary>128 bits that the refresh token carries and the id does not reveal.</summary>
    public required byte[] Secret { get; init; }

    public required string ClientId { get; init; }

    public required Guid PersonId { get; init; }

    public required Guid SessionId { get; init; }

    public required List<string> Scopes { get; init; }

    /// <summary>The resource indicators of the authorization request (RFC 8707 §2.1); a token request may name some of them.</summary>
    public List<string> Resources { get; init; } = [];

    /// <summary>The individual claims that userinfo gives beyond those of the scopes (OIDC Core §5.5).</summary>
    public List<string> UserInfoClaims { get; init; } = [];

    /// <summary>The authorization details that were granted, as the JSON array of RFC 9396 §2; null if there are none.</summary>
    public string? AuthorizationDetails { get; init; }

    /// <summary>True if a refresh token came with it: an ordinary sign-out leaves it alive (Back-Channel Logout §2.7).</summary>
    public required bool Offline { get; init; }

    public required DateTimeOffset AuthenticatedAt { get; init; }

    public required string Acr { get; init; }

    public required List<string> Amr { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>
    /// The key to which the refresh token of a public client is bound, as <see cref="SenderConstraint"/> writes it (RFC 9449
    /// §5). Other clients prove themselves.
    /// </summary>
    public string? BoundTo { get; init; }

    /// <summary>The generation of the refresh token that is valid now (RFC 9700 §4.14).</summary>
    public int Generation { get; private set; }

    public DateTimeOffset? RotatedAt { get; private set; }

    /// <summary>The absolute end; each use moves the idle end within it.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset IdleExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public string? RevokedBecause { get; init; }

    /// <summary>
    /// The id and the secret that belong to a code: the id starts with the time of issue, so rows are appended; neither reveals the other
    /// or the code.
    /// </summary>
    public static (Guid Id, byte[] Secret) KeysOf(ReadOnlySpan<byte> codeId, DateTimeOffset issuedAt)
    {
        var id = Guid.CreateVersion7(issuedAt).ToByteArray(bigEndian: true);
        var hash = SHA256.HashData([.. "grant id"u8, .. codeId]);
        // RFC 9562 §5.7: 48 bits of time, then version and variant among the bits that follow.
        hash.AsSpan(0, 10).CopyTo(id.AsSpan(6));
        id[6] = (byte)(0x70 | (id[6] & 0x0F));
        id[8] = (byte)(0x80 | (id[8] & 0x3F));
        return (new Guid(id, bigEndian: true), SHA256.HashData([.. "grant secret"u8, .. codeId])[..16]);
    }

    public Authentication Authentication => new(AuthenticatedAt, Acr, [.. Amr]);

    public LoadedGrant ToLoaded() => new(
        Id, ClientId, PersonId, Scopes.ToFrozenSet(StringComparer.Ordinal),
        [.. Resources], Authentication, SessionId, AuthorizationDetails);
}

internal sealed class GrantTable : IEntityTypeConfiguration<Grant>
{
    public void Configure(EntityTypeBuilder<Grant> builder)
    {
        builder.ToTable("Grants");
        builder.Property(grant => grant.Secret).HasMaxLength(16).IsFixedLength();
        builder.Property(grant => grant.ClientId).HasMaxLength(ClientRegistration.LongestId);
        builder.Property(grant => grant.Acr).HasMaxLength(100);
        builder.Property(grant => grant.BoundTo).HasMaxLength(60);
        builder.Property(grant => grant.RevokedBecause).HasMaxLength(100);
        builder.Ignore(grant => grant.Authentication);
        builder.HasIndex(grant => new { grant.ClientId, grant.CreatedAt });
        builder.HasIndex(grant => grant.PersonId);
        builder.HasIndex(grant => grant.SessionId);
        builder.HasIndex(grant => grant.ExpiresAt);
    }
}
