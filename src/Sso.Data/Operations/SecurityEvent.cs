using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Clients;
using Sso.Protocol;

namespace Sso.Data.Operations;

/// <summary>
/// A security event, inserted in the transaction that it describes. Never holds a secret, a code or a full phone number. There is one way
/// to make each, in the files next to this one: a slice says what happened and to whom; where it comes from (address, request, node, actor)
/// is stamped on it when it is saved, see <see cref="Stamp"/>.
/// </summary>
/// <remarks>
/// A sealed row cannot be changed, so it names people only by their id; nothing but the address can be erased, see
/// <see cref="EraseAddress"/>.
/// </remarks>
public sealed partial class SecurityEvent
{
    private const int LongestChanges = 4000;
    private const int LongestDetail = 200;
    private const int SaltSize = 16;
    private string? _address;

    internal SecurityEvent(DateTimeOffset at, SecurityEventKind kind) => (Id, At, Kind) = (Guid.CreateVersion7(at), at, kind);

    /// <summary>For EF Core, which fills in what it read.</summary>
    private SecurityEvent() { }

    public Guid Id { get; private init; }

    public DateTimeOffset At { get; private init; }

    public SecurityEventKind Kind { get; private init; }

    public Guid? PersonId { get; internal init; }

    public Guid? SessionId { get; internal init; }

    public string? ClientId { get; internal init; }

    public string? Address
    {
        get => _address;
        internal init => _address = value;
    }

    /// <summary>What it was about in a few words, e.g. <c>added</c>; of an earlier version read it by <see cref="EventFacts"/>.</summary>
    public string? Detail { get; internal init; }

    /// <summary>By which one method, or of which: proved, failed, added or removed.</summary>
    public ProofMethod? Method { get; internal init; }

    /// <summary>By which methods somebody signed in.</summary>
    public ProvedMethods? Methods { get; internal init; }

    /// <summary>What the browser of a stranger calls itself, one of a closed list; the others are known by their session.</summary>
    public string? Browser { get; internal init; }

    /// <summary>On which system, one of a closed list too.</summary>
    public string? BrowserSystem { get; internal init; }

    /// <summary>Why it was refused, such as <c>wrong</c>; null for a success.</summary>
    public string? Reason { get; internal init; }

    /// <summary>For changes by an operator: before and after, as JSON, without secrets or personal data.</summary>
    public string? Changes { get; internal init; }

    /// <summary>Who did it if that is not the person (or the client) of the row, such as <c>command:root</c> or <c>server</c>.</summary>
    public string? Actor { get; private set; }

    /// <summary>Machine and process that wrote it.</summary>
    public string? Node { get; private set; }

    /// <summary>The code that the error page shows and the log lines of the request carry.</summary>
    public string? RequestId { get; private set; }

    /// <summary>Its place in the chain, from 1; null until <see cref="AuditChain"/> has sealed it.</summary>
    public long? Sequence { get; private set; }

    /// <summary>HMAC-SHA-256 over the place and everything above, the address by <see cref="AddressHash"/>.</summary>
    public byte[]? Hash { get; private set; }

    /// <summary>SHA-256 of salt and address: what the chain knows of it.</summary>
    public byte[]? AddressHash { get; private set; }

    /// <summary>While the address is kept, its salt; afterwards an HMAC of the server that proves that the rule erased it.</summary>
    public byte[]? AddressProof { get; private set; }

    /// <summary>Where it comes from, set once at the boundary and not by each slice; what is known already stays.</summary>
    public void Stamp(string node, string? actor, string? requestId, string? address) =>
        (Node, Actor, RequestId, _address) = (Node ?? node, Actor ?? actor, RequestId ?? requestId, _address ?? address);

    internal void Seal(long sequence, AuditKey key)
    {
        (AddressProof, AddressHash) = (null, null);
        if (Address is not null)
        {
            AddressProof = RandomNumberGenerator.GetBytes(SaltSize);
            AddressHash = HashOf(AddressProof, Address);
        }

        (Sequence, Hash) = (sequence, key.MacOf(this, sequence));
    }

    /// <summary>The hash of address and salt stays, so the chain holds; without the salt nobody can find the address by guessing.</summary>
    internal void EraseAddress(AuditKey key)
    {
        _address = null;
        AddressProof = AddressHash is null ? null : key.MacOfErasure(this);
    }

    internal bool IsAddressTrue(AuditKey key) => (Address, AddressHash, AddressProof) switch
    {
        (null, null, null) => true,
        ({ } address, { } hash, { } salt) => CryptographicOperations.FixedTimeEquals(hash, HashOf(salt, address)),
        (null, not null, { } proof) => CryptographicOperations.FixedTimeEquals(proof, key.MacOfErasure(this)),
        _ => false,
    };

    private static byte[] HashOf(byte[] salt, string address) => SHA256.HashData([.. salt, .. Encoding.UTF8.GetBytes(address)]);
}

/// <summary>Stored by number, under the seal of the record: append only.</summary>
public enum SecurityEventKind
{
    SignedIn = 0,
    PasswordFailed = 1,
    SecondFactorProved = 2,
    SecondFactorFailed = 3,
    SecondFactorEnrolled = 4,
    RecoveryCodesCreated = 5,
    RecoveryCodeUsed = 6,
    SignedOut = 7,
    RefreshTokenReused = 8,
    CodeReused = 9,
    ClientChanged = 10,
    PersonChanged = 11,
    KeysRotated = 12,
    ConsentGiven = 13,
    PasswordResetRequested = 14,
    PasswordChanged = 15,

    /// <summary>The owner answered a notice with "it wasn't me".</summary>
    AccountSecured = 16,
    SecondFactorRemoved = 17,
    TwoFactorDisabled = 18,

    /// <summary>Ended by its owner from another browser.</summary>
    SessionEnded = 19,

    /// <summary>The owner revoked an application's access.</summary>
    AppRevoked = 20,

    /// <summary>A sign-in with a passkey that was not right; nobody knows whose it was.</summary>
    PasskeyFailed = 21,

    /// <summary>The owner asked to remember a browser.</summary>
    DeviceTrusted = 22,
    DeviceForgotten = 23,

    /// <summary>The replaced secret of a trusted device came back: one of the two browsers has a copy.</summary>
    DeviceCopied = 24,

    /// <summary>The right password, which is not yet a sign-in.</summary>
    PasswordProved = 25,

    /// <summary>The person said no to an application.</summary>
    ConsentRefused = 26,

    /// <summary>A known application asked for tokens and got none.</summary>
    GrantRefused = 27,

    /// <summary>Wrong credentials of an application.</summary>
    ClientRefused = 28,

    /// <summary>An operator read what is personal.</summary>
    PersonRead = 29,

    /// <summary>The oldest events were deleted, because the time for which they are kept is over.</summary>
    EventsDeleted = 30,

    /// <summary>A value at rest does not open in its place: it was copied there, or changed.</summary>
    ValueRefused = 31,

    BrandChanged = 32,

    /// <summary>Somebody with the password asked to replace lost second factors.</summary>
    LostFactorReported = 33,

    /// <summary>The mailed link was used after the wait.</summary>
    LostFactorLinkUsed = 34,

    /// <summary>By its owner, or because a second factor was proved.</summary>
    LostFactorStopped = 35,

    /// <summary>A new second factor was proved, and the lost ones are gone.</summary>
    FactorsReplaced = 36,

    /// <summary>A protected resource was registered or removed.</summary>
    ResourceChanged = 37,

    /// <summary>A signing key was taken out of use at once, because it may have been stolen.</summary>
    KeyRevoked = 38,

    /// <summary>A redirection URI that is not registered for the client: what was sent and, as the reason, what is registered.</summary>
    RedirectUriRefused = 39,

    /// <summary>The owner asked for another address; nothing is changed until it is confirmed.</summary>
    EmailChangeRequested = 40,

    /// <summary>An address was proved and is now that of the account.</summary>
    EmailChanged = 41,
    NumberChanged = 42,

    /// <summary>A number was added for notices, or what a number serves was changed.</summary>
    ContactsChanged = 43,

    /// <summary>The owner, or an operator, undid changes of address and numbers.</summary>
    ContactsRestored = 44,

    /// <summary>The owner took a file with everything that is held about them.</summary>
    DataExported = 45,

    /// <summary>The owner wants the account deleted.</summary>
    DeletionRequested = 46,
    DeletionCalledOff = 47,
    PersonDeleted = 48,

    /// <summary>Sign-ins from one address were stopped: it failed too often, or tried too many names. Once an hour.</summary>
    AddressLimited = 49,

    /// <summary>Who is told of events was changed.</summary>
    WebhookChanged = 50,
}

internal sealed class SecurityEventTable : IEntityTypeConfiguration<SecurityEvent>
{
    public void Configure(EntityTypeBuilder<SecurityEvent> builder)
    {
        builder.ToTable("SecurityEvents");
        builder.Property(item => item.ClientId).HasMaxLength(ClientRegistration.LongestId);
        builder.Property(item => item.Address).HasMaxLength(64);
        builder.Property(item => item.Detail).HasMaxLength(200);
        builder.Property(item => item.Methods).HasConversion(methods => methods!.Stored, stored => new(stored)).HasMaxLength(50);
        builder.Property(item => item.Browser).HasMaxLength(50);
        builder.Property(item => item.BrowserSystem).HasMaxLength(50);
        builder.Property(item => item.Reason).HasMaxLength(200);
        builder.Property(item => item.Changes).HasMaxLength(4000);
        builder.Property(item => item.Actor).HasMaxLength(100);
        builder.Property(item => item.Node).HasMaxLength(100);
        builder.Property(item => item.RequestId).HasMaxLength(100);
        builder.Property(item => item.AddressHash).HasMaxLength(32).IsFixedLength();
        builder.Property(item => item.AddressProof).HasMaxLength(32);
        builder.HasIndex(item => new { item.PersonId, item.At });
        builder.Property(item => item.Hash).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(item => item.Sequence).IsUnique();
    }
}
