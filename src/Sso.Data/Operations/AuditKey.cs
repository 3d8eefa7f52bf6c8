using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Secrets;

namespace Sso.Data.Operations;

/// <summary>
/// The key of the chain and what it authenticates. It is made once and stays, sealed under the data key of the day: data keys may be
/// renewed and retired, and somebody who can write the database has no key with which to rewrite an event.
/// </summary>
internal sealed class AuditKey
{
    private const string Context = "AuditHead.Key";
    private readonly byte[] _key;

    private AuditKey(byte[] key) => _key = key;

    /// <summary>Null if the row is not the one that the server wrote: it must be neither believed nor continued.</summary>
    public static AuditKey? TryOpen(AuditHead head, Sealer sealer) =>
        sealer.Unprotect(Context, head.Key) is { } bytes && new AuditKey(bytes) is var key
            && CryptographicOperations.FixedTimeEquals(head.Mac, key.MacOf(head)) ? key : null;

    /// <summary>Opens the key of the locked row, or makes it for the very first event.</summary>
    /// <exception cref="AuditBrokenException">The row was changed by somebody else.</exception>
    public static async Task<AuditKey> OpenAsync(SsoDbContext database, AuditHead head, Sealer sealer, CancellationToken cancellation)
    {
        if (TryOpen(head, sealer) is { } key)
        {
            return key;
        }

        var isNew = head is { Key.Length: 0, Sequence: 0 }
            && !await database.SecurityEvents.AnyAsync(row => row.Sequence != null, cancellation);
        return isNew ? new AuditKey(RandomNumberGenerator.GetBytes(32)) : throw new AuditBrokenException();
    }

    public void Sign(AuditHead head, Sealer sealer)
    {
        // Under the data key of today, so that the former ones can go.
        if (head.Key.Length == 0 || Sealer.KeyIdOf(head.Key) != sealer.CurrentKeyId)
        {
            head.Key = sealer.Protect(Context, _key);
        }

        head.Mac = MacOf(head);
    }

    /// <summary>The hash that this row must have at this place.</summary>
    public byte[] MacOf(SecurityEvent row, long sequence)
    {
        // Rows of before these columns have none of them, and stay authentic as they were sealed.
        var hasFacts = row is { Method: not null } or { Methods: not null } or { Browser: not null } or { BrowserSystem: not null };
        using var content = new Content(hasFacts ? "event with facts" : "event");
        content.Write(sequence).Write(row.Id).Write(row.At).Write((int)row.Kind)
            .Write(row.PersonId).Write(row.SessionId).Write(row.ClientId);
        content.Write(row.Detail).Write(row.Reason).Write(row.Changes).Write(row.Actor)
            .Write(row.Node).Write(row.RequestId).Write(row.AddressHash);
        if (hasFacts)
        {
            content.Write(row.Method?.ToString("D")).Write(row.Methods?.Stored).Write(row.Browser).Write(row.BrowserSystem);
        }

        return HMACSHA256.HashData(_key, content.Bytes);
    }

    public bool IsTrue(SecurityEvent row) =>
        row is { Hash: { } hash, Sequence: { } sequence }
            && CryptographicOperations.FixedTimeEquals(hash, MacOf(row, sequence)) && row.IsAddressTrue(this);

    public byte[] MacOfErasure(SecurityEvent row)
    {
        using var content = new Content("erasure");
        content.Write(row.Id).Write(row.AddressHash);
        return HMACSHA256.HashData(_key, content.Bytes);
    }

    /// <summary>The chain itself: each row after all before it.</summary>
    public static byte[] Next(byte[] before, byte[] row) => SHA256.HashData([.. before, .. row]);

    private byte[] MacOf(AuditHead head)
    {
        using var content = new Content("head");
        content.Write(head.Sequence).Write(head.Hash).Write(head.DeletedThrough)
            .Write(head.DeletedHash).Write(head.KeptFrom ?? default).Write(head.ErasedThrough);
        return HMACSHA256.HashData(_key, content.Bytes);
    }

    /// <summary>Values one after the other, each with its length; absent and empty are different.</summary>
    private sealed class Content : IDisposable
    {
        private readonly MemoryStream _stream = new();
        private readonly BinaryWriter _writer;

        public Content(string purpose)
        {
            _writer = new(_stream);
            _writer.Write(purpose);
        }

        public byte[] Bytes => _stream.ToArray();

        public Content Write(long number)
        {
            _writer.Write(number);
            return this;
        }

        public Content Write(DateTimeOffset instant) => Write(instant.UtcTicks);

        public Content Write(Guid? id) => Write(id?.ToByteArray(bigEndian: true));

        public Content Write(string? text) => Write(text is null ? null : System.Text.Encoding.UTF8.GetBytes(text));

        public Content Write(byte[]? bytes)
        {
            _writer.Write(bytes?.Length ?? -1);
            _writer.Write(bytes ?? []);
            return this;
        }

        public void Dispose()
        {
            _writer.Dispose();
            _stream.Dispose();
        }
    }
}
