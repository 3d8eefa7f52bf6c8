using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Protocol.Clients;

namespace Sso.Data.Clients;

/// <summary>
/// The row of a client: its description, and what only the server knows of it. Requests see the frozen copy that <see cref="InMemory"/>
/// makes.
/// </summary>
public sealed record ClientRegistration : Client
{
    /// <summary>The longest id, which may be the address of a metadata document and is part of keys.</summary>
    public const int LongestId = 255;

    public ClientRegistration() { }

    [SetsRequiredMembers]
    public ClientRegistration(Client described, DateTimeOffset createdAt)
        : base(described) => CreatedAt = createdAt;

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>SHA-256 of the first secret; the columns after it are about the same one, see <see cref="StoredSecret"/>.</summary>
    public byte[]? SecretHash { get; set; }

    public DateTimeOffset? SecretExpiresAt { get; set; }

    public byte[]? SealedSecret { get; set; }

    public string? SecretLabel { get; set; }

    public DateTimeOffset? SecretCreatedAt { get; set; }

    public string? SecretCreatedBy { get; set; }

    public DateTimeOffset? SecretLastUsedAt { get; set; }

    public int? SecretAlertedDays { get; set; }

    /// <summary>SHA-256 of the second secret, so that one can be replaced without downtime.</summary>
    public byte[]? OtherSecretHash { get; set; }

    public DateTimeOffset? OtherSecretExpiresAt { get; set; }

    public byte[]? OtherSealedSecret { get; set; }

    public string? OtherSecretLabel { get; set; }

    public DateTimeOffset? OtherSecretCreatedAt { get; set; }

    public string? OtherSecretCreatedBy { get; set; }

    public DateTimeOffset? OtherSecretLastUsedAt { get; set; }

    public int? OtherSecretAlertedDays { get; set; }

    /// <summary>What the columns say of the first secret; null if there is none.</summary>
    public StoredSecret? FirstSecret
    {
        get => SecretHash is null
            ? null
            : new(SecretHash, SealedSecret, SecretExpiresAt)
            {
                Label = SecretLabel,
                CreatedAt = SecretCreatedAt,
                CreatedBy = SecretCreatedBy,
                LastUsedAt = SecretLastUsedAt,
                AlertedDays = SecretAlertedDays,
            };
        set
        {
            (SecretHash, SealedSecret, SecretExpiresAt) = (value?.Hash, value?.Sealed, value?.ExpiresAt);
            (SecretLabel, SecretCreatedAt, SecretCreatedBy) = (value?.Label, value?.CreatedAt, value?.CreatedBy);
            (SecretLastUsedAt, SecretAlertedDays) = (value?.LastUsedAt, value?.AlertedDays);
        }
    }

    /// <summary>The same of the second one, which is the newer.</summary>
    public StoredSecret? SecondSecret
    {
        get => OtherSecretHash is null
            ? null
            : new(OtherSecretHash, OtherSealedSecret, OtherSecretExpiresAt)
            {
                Label = OtherSecretLabel,
                CreatedAt = OtherSecretCreatedAt,
                CreatedBy = OtherSecretCreatedBy,
                LastUsedAt = OtherSecretLastUsedAt,
                AlertedDays = OtherSecretAlertedDays,
            };
        set
        {
            (OtherSecretHash, OtherSealedSecret, OtherSecretExpiresAt) = (value?.Hash, value?.Sealed, value?.ExpiresAt);
            (OtherSecretLabel, OtherSecretCreatedAt, OtherSecretCreatedBy) = (value?.Label, value?.CreatedAt, value?.CreatedBy);
            (OtherSecretLastUsedAt, OtherSecretAlertedDays) = (value?.LastUsedAt, value?.AlertedDays);
        }
    }

    /// <summary>The older first.</summary>
    public IEnumerable<StoredSecret> StoredSecrets => new[] { FirstSecret, SecondSecret }.OfType<StoredSecret>();

    /// <summary>SHA-256 of the token with which it manages its own registration (RFC 7592 §3).</summary>
    public byte[]? RegistrationTokenHash { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>
    /// What it got for itself (client credentials grant) before this second is dead: such tokens have no row that could be revoked. Null:
    /// nothing was ended since it was added.
    /// </summary>
    public DateTimeOffset? TokensValidFrom { get; set; }

    /// <summary>When the first of its own tokens that count was issued: tokens name whole seconds.</summary>
    public DateTimeOffset FirstTokenAt => TokensValidFrom ?? WholeSecond(CreatedAt);

    /// <summary>
    /// True: its id is the address of a document that describes it (Client ID Metadata Document); no other id has a colon.
    /// </summary>
    public bool IsDescribed => Id.Contains("://", StringComparison.Ordinal);

    /// <summary>The associated data of a sealed secret.</summary>
    public static string SecretContextOf(string clientId) => $"Clients.SealedSecret:{clientId}";

    /// <summary>Ends the tokens that it got for itself until now, those of this very second too.</summary>
    public void EndOwnTokens(DateTimeOffset now) => TokensValidFrom = WholeSecond(now).AddSeconds(1);

    /// <summary>Also what a node issued that had not heard of their end: but those of this second may be from afterwards.</summary>
    public void BeginOwnTokens(DateTimeOffset now) => TokensValidFrom = FirstTokenAt > now ? FirstTokenAt : WholeSecond(now);

    /// <summary>The same row with another description; the secrets and the times stay.</summary>
    public ClientRegistration Described(Client anew) => new(anew, CreatedAt)
    {
        FirstSecret = FirstSecret,
        SecondSecret = SecondSecret,
        RegistrationTokenHash = RegistrationTokenHash,
        DisabledAt = DisabledAt,
        TokensValidFrom = TokensValidFrom,
    };

    /// <summary>
    /// What requests see: with its secrets, and without addresses that nobody may be sent to, however they came into the row.
    /// </summary>
    public Client InMemory() => this with
    {
        Secrets = [.. StoredSecrets.Select(secret => new ClientSecret(secret.Hash, secret.ExpiresAt, secret.Sealed))],
        RedirectUris = [.. RedirectUris.Where(FollowedUri.IsSafe)],
        PostLogoutRedirectUris = [.. PostLogoutRedirectUris.Where(FollowedUri.IsSafe)],
        FrontchannelLogoutUri = FrontchannelLogoutUri is { } frame && FollowedUri.IsSafePage(frame) ? frame : null,
        InitiateLoginUri = InitiateLoginUri is { } start && FollowedUri.IsSafePage(start) ? start : null,
    };

    private static DateTimeOffset WholeSecond(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());

    /// <summary>Two rows are equal only if they are the same object.</summary>
    public bool Equals(ClientRegistration? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

    public override string ToString() => base.ToString();
}

internal sealed class ClientRegistrationTable : IEntityTypeConfiguration<ClientRegistration>
{
    public void Configure(EntityTypeBuilder<ClientRegistration> builder)
    {
        builder.ToTable("Clients");
        builder.Ignore(client => client.UserInfoEncryption).Ignore(client => client.IdTokenEncryption);
        builder.Ignore(client => client.Type).Ignore(client => client.Pairwise).Ignore(client => client.AsksByBackchannel);
        builder.Ignore(client => client.Secrets)
            .Ignore(client => client.FirstSecret).Ignore(client => client.SecondSecret).Ignore(client => client.StoredSecrets)
            .Ignore(client => client.SectorKey).Ignore(client => client.WithheldFactors);
        builder.Property(client => client.Id).HasMaxLength(ClientRegistration.LongestId);
        builder.Property(client => client.Name).HasMaxLength(200);
        builder.Property(client => client.SecretHash).HasMaxLength(32).IsFixedLength();
        builder.Property(client => client.OtherSecretHash).HasMaxLength(32).IsFixedLength();
        builder.Property(client => client.SecretLabel).HasMaxLength(StoredSecret.LongestLabel);
        builder.Property(client => client.OtherSecretLabel).HasMaxLength(StoredSecret.LongestLabel);
        builder.Property(client => client.SecretCreatedBy).HasMaxLength(StoredSecret.LongestActor);
        builder.Property(client => client.OtherSecretCreatedBy).HasMaxLength(StoredSecret.LongestActor);
        builder.Property(client => client.RequestObjectSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.UserInfoSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.UserInfoEncryptionAlgorithm).HasMaxLength(16);
        builder.Property(client => client.UserInfoContentEncryption).HasMaxLength(16);
        builder.Property(client => client.IdTokenEncryptionAlgorithm).HasMaxLength(16);
        builder.Property(client => client.IdTokenContentEncryption).HasMaxLength(16);
        builder.Property(client => client.AuthorizationSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.IdTokenSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.IntrospectionSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.SealedSecret).HasMaxLength(200);
        builder.Property(client => client.OtherSealedSecret).HasMaxLength(200);
        builder.Property(client => client.TlsSubject).HasMaxLength(500);
        builder.Property(client => client.Jwks).HasMaxLength(ClientKeySet.Longest);
        builder.Property(client => client.JwksUri).HasMaxLength(2000);
        builder.Property(client => client.BrandId).HasMaxLength(40);
        builder.Property(client => client.BackchannelLogoutUri).HasMaxLength(2000);
        builder.Property(client => client.FrontchannelLogoutUri).HasMaxLength(2000);
        builder.Property(client => client.InitiateLoginUri).HasMaxLength(2000);
        builder.Property(client => client.Sector).HasMaxLength(255);
        builder.Property(client => client.SectorIdentifierUri).HasMaxLength(2000);
        builder.Property(client => client.LogoUri).HasMaxLength(2000);
        builder.Property(client => client.ApplicationType).HasMaxLength(16);
        builder.Property(client => client.ClientUri).HasMaxLength(2000);
        builder.Property(client => client.RegistrationTokenHash).HasMaxLength(32).IsFixedLength();
        builder.Property(client => client.PolicyUri).HasMaxLength(2000);
        builder.Property(client => client.TermsUri).HasMaxLength(2000);
        builder.Property(client => client.NotificationUri).HasMaxLength(2000);
    }
}
