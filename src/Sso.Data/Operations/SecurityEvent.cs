using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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

    /// <summary>
    /// No event of this moment or later has a smaller id (RFC 9562 §5.7): times are looked for as ranges of keys, since there is no index
    /// by time.
    /// </summary>
    public static Guid FirstIdAt(DateTimeOffset at)
    {
        Span<byte> id = stackalloc byte[16];
        id.Clear();
        BinaryPrimitives.WriteInt64BigEndian(id, at.ToUnixTimeMilliseconds() << 16);
        return new Guid(id, bigEndian: true);
    }

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
