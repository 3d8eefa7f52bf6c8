using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Sso.Data.Keys;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Data.Tests;

[Spec("S137")]
public sealed class SecretsTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private TestDatabase _database = null!;
    private Sealer _sealer = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync("Sqlite");
        _sealer = new Sealer(await RingAsync("una chiave di prova abbastanza lunga"), _clock);
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public void A_sealed_text_opens_for_its_purpose_until_its_end_and_not_after()
    {
        var text = _sealer.Seal("code", "ciao"u8, TimeSpan.FromSeconds(60));
        Assert.Equal("ciao"u8.ToArray(), _sealer.Open("code", text));
        Assert.Null(_sealer.Open("refresh", text));
        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Null(_sealer.Open("code", text));
    }

    [Fact]
    [Spec("S112")]
    public void A_sealed_text_changed_in_any_character_does_not_open()
    {
        var text = _sealer.Seal("code", "ciao"u8, TimeSpan.FromSeconds(60));
        for (var index = 0; index < text.Length; index++)
        {
            var changed = text[..index] + (text[index] == 'A' ? 'B' : 'A') + text[(index + 1)..];
            Assert.Null(_sealer.Open("code", changed));
        }

        Assert.Null(_sealer.Open("code", text + "="));
        Assert.Null(_sealer.Open("code", "non è base64url"));
    }

    [Fact]
    public void A_protected_value_opens_only_in_its_own_row()
    {
        var value = _sealer.Protect("SecondFactors.Protected:1", "+393331234567");
        Assert.Equal("+393331234567", _sealer.UnprotectText("SecondFactors.Protected:1", value));
        Assert.Null(_sealer.Unprotect("SecondFactors.Protected:2", value));
    }

    /// <summary>Whoever steals the database has to pay for each guess: OWASP Password Storage Cheat Sheet.</summary>
    [Fact]
    public void A_passphrase_becomes_a_key_by_220_000_rounds_of_PBKDF2()
    {
        var dataKey = RandomNumberGenerator.GetBytes(32);
        var wrapped = WrappingKey.FromPassphrase("una chiave di prova").Wrap(dataKey);

        var opened = new byte[32];
        using var aes = new AesGcm(
            Rfc2898DeriveBytes.Pbkdf2("una chiave di prova"u8, wrapped.AsSpan(0, 16), 220_000, HashAlgorithmName.SHA512, 32), 16);
        aes.Decrypt(wrapped.AsSpan(16, 12), wrapped.AsSpan(44), wrapped.AsSpan(28, 16), opened);

        Assert.Equal(dataKey, opened);
    }

    [Fact]
    public async Task Another_wrapping_key_opens_nothing() =>
        await Assert.ThrowsAnyAsync<System.Security.Cryptography.CryptographicException>(
            () => RingAsync("una chiave diversa ma lunga uguale"));

    [Theory]
    [Spec("S8")]
    [InlineData("una lunga frase segreta")]
    [InlineData("correct horse batterie \u00e8")]
    public void A_password_matches_itself_in_any_spelling_of_unicode_and_nothing_else(string password)
    {
        var stored = PasswordHashing.Hash(password);
        Assert.Equal(PasswordMatch.Right, PasswordHashing.Verify(password.Normalize(System.Text.NormalizationForm.FormD), stored));
        Assert.Equal(PasswordMatch.Wrong, PasswordHashing.Verify(password + " ", stored));
        Assert.NotEqual(stored, PasswordHashing.Hash(password));
    }

    [Fact]
    public async Task What_hashes_keep_of_memory_is_a_block_for_each_core_at_most_and_goes_back_when_none_is_made()
    {
        Assert.SkipUnless(PasswordHashing.HasArgon2, "libargon2 is absent.");
        const long block = 19 * 1024 * 1024;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PasswordHashing.Hash("correct horse battery staple"))));
        long released = 0;
        await Patience.UntilAsync(() => (released = PasswordHashing.ReleaseIdleMemory()) > 0, "memory that goes back");
        Assert.Equal(0, released % block);
        Assert.InRange(released / block, 1, Environment.ProcessorCount);
    }

    /// <summary>RFC 9106 §4 as OWASP sizes it for a server: 19 MiB and two passes.</summary>
    [Fact]
    [Spec("S8")]
    public void A_hash_of_today_costs_what_it_has_to()
    {
        Assert.SkipUnless(PasswordHashing.HasArgon2, "libargon2 is absent.");
        Assert.StartsWith("$argon2id$m=19456,t=2,p=1$", PasswordHashing.Hash("segreta"), StringComparison.Ordinal);
    }

    [Theory]
    [Spec("S109")]
    [InlineData(2048)]
    [InlineData(3072)]
    public void An_rsa_key_has_the_bits_that_were_chosen(int bits)
    {
        var factory = new SigningKeyFactory(_sealer, new KeyOptions { RsaBits = bits });
        var (one, other) = (Make(factory), Make(factory));
        Assert.Equal((bits, bits), (one.KeySize, other.KeySize));
        Assert.NotEqual(one.KeyId, other.KeyId);

        JsonWebKey Make(SigningKeyFactory made) =>
            new(made.Create(SigningAlgorithms.RS256, _clock.GetUtcNow(), _clock.GetUtcNow()).PublicKey);
    }

    [Fact]
    [Spec("S8")]
    public void A_password_stored_at_a_lower_cost_is_right_but_outdated()
    {
        var salt = new byte[16];
        var hash = System.Security.Cryptography.Rfc2898DeriveBytes.Pbkdf2(
            "segreta", salt, 1_000, System.Security.Cryptography.HashAlgorithmName.SHA512, 32);
        var stored = $"$pbkdf2-sha512$1000${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}";
        Assert.Equal(PasswordMatch.RightButOutdated, PasswordHashing.Verify("segreta", stored));
    }

    private async Task<DataKeyRing> RingAsync(string passphrase)
    {
        var contexts = _database.Services().BuildServiceProvider().GetRequiredService<IDbContextFactory<SsoDbContext>>();
        var ring = new DataKeyRing(contexts, WrappingKey.FromPassphrase(passphrase), _clock);
        await ring.LoadAsync(CancellationToken.None);
        return ring;
    }
}
