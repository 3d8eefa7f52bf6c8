using System.Security.Cryptography;
using System.Text;
using Sso.Data.Secrets;
using Sso.Data.Secrets.ForeignHashes;
using Sso.Testing;
using Xunit;

namespace Sso.Data.Tests;

/// <summary>
/// Published vectors where there are any (bcrypt, phpass, the SHA-crypt specification, the tests of libargon2),
/// else hashes made by Python's hashlib.
/// </summary>
[Spec("S8")]
public sealed class ForeignHashTests
{
    private const string Phrase = "limone barca stella";

    public static TheoryData<string, string, string, bool> Vectors => new()
    {
        { "Argon2id", "password", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc", false },
        { "bcrypt", "abc123xyz", "$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", false },
        { "phpass", "test12345", "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", true },
        { "SHA-crypt 256", "Hello world!", "$5$saltstring$5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5", true },
        {
            "SHA-crypt 512", "Hello world!",
            "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1", true
        },
        {
            "SHA-crypt 512, 10000 rounds", "Hello world!",
            "$6$rounds=10000$saltstringsaltst$OW1/O6BYHV6BcXZu8QVeXbDWra3Oeqh0sbHbbMCVNSnCM/UrjmM0Dp8vOuZeHBy/YTBmSK6H9qs/y3RnOaw5v.", true
        },
        { "Django", Phrase, "pbkdf2_sha256$600000$seasalt$qJSvHvmQCLQXIRI8uGxfEKN9Alrkt5IWWxabn869aWY=", false },
        { "Django with SHA-1", Phrase, "pbkdf2_sha1$130000$seasalt$+GgDlKcw9xHeXQh4H1vfacnVYps=", true },
        { "ASP.NET Identity 3", Phrase, "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg//4I/0MyqiQUIkXxI4WZMwjOGrJ4WtO6cZRx0dfLAELw==", true },
        {
            "ASP.NET Identity 3 of ASP.NET Core 2", Phrase,
            "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg96MoKZa0toMAtNo2swl5gwNUbJ3PjS9hkQJPl6n2Ss+w==", true
        },
        { "MD5", "password", "5f4dcc3b5aa765d61d8327deb882cf99", true },
        { "SHA-1", "password", "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8", true },
        { "SHA-256", "password", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", true },
        { "SHA-1 with its salt first", Phrase, "sha1$seasalt$fbbd8822637c5dda6dcb45f98112791c82d2aed4", true },
        { "{SHA}", "password", "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", true },
        { "{SSHA}", Phrase, "{SSHA}Re7/lg32UUQOsF4eZPwzQ4wFWtpzZWFzYWx0MQ==", true },
        { "{SSHA256}", Phrase, "{SSHA256}z4ybNgrrE0RQTkOk1j4S9ENCMe/zbNvLOIPZYelqoc5zZWFzYWx0MQ==", true },
        { "{SMD5}", Phrase, "{SMD5}Y9CaPUjKU+G2YkSuGU6dE3NlYXNhbHQx", true },
        { "ASP.NET Identity 2", Phrase, "AAABAgMEBQYHCAkKCwwNDg9uf1Cav3PD1YF2vF9ltsi4ZRhBxkskzgq6VvW8HtBQDg==", true },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void The_password_is_recognised_from_what_is_stored_and_is_due_for_our_own_hash(
        string format, string password, string foreign, bool weak)
    {
        var hash = ForeignHash.TryParse(foreign);
        Assert.True(hash is not null, format);
        Assert.Equal(weak, hash.IsWeak);
        var stored = hash.ToStored();
        Assert.True(stored.Length <= 256, format);
        Assert.Equal(PasswordMatch.RightButOutdated, PasswordHashing.Verify(password, stored));
        Assert.Equal(PasswordMatch.Wrong, PasswordHashing.Verify(password + "x", stored));
    }

    public static TheoryData<string, string, string> Forms
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var stored in new[] { NormalizationForm.FormC, NormalizationForm.FormD })
            {
                var bytes = Encoding.UTF8.GetBytes("perché lì è più".Normalize(stored));
                foreach (var typed in new[] { NormalizationForm.FormC, NormalizationForm.FormD })
                {
                    var text = "perché lì è più".Normalize(typed);
                    rows.Add($"weak, {stored} and {typed}", text, Convert.ToHexString(SHA256.HashData(bytes)));
                    var key = Rfc2898DeriveBytes.Pbkdf2(bytes, "seasalt"u8, 300_000, HashAlgorithmName.SHA256, 32);
                    rows.Add($"strong, {stored} and {typed}", text, $"pbkdf2_sha256$300000$seasalt${Convert.ToBase64String(key)}");
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    [Spec("S2")]
    public void A_password_is_recognised_in_whichever_unicode_form_the_other_system_hashed_it(string forms, string typed, string foreign)
    {
        var stored = ForeignHash.TryParse(foreign)!.ToStored();
        Assert.True(PasswordHashing.Verify(typed, stored) == PasswordMatch.RightButOutdated, forms);
        Assert.True(PasswordHashing.Verify(typed + "x", stored) == PasswordMatch.Wrong, forms);
    }

    [Fact]
    [Spec("S2")]
    public void A_text_in_two_forms_that_are_mixed_is_tried_as_it_was_typed_and_in_both()
    {
        var mixed = "perch\u00E9 li\u0300";
        foreach (var hashed in (string[])[mixed, mixed.Normalize(NormalizationForm.FormC), mixed.Normalize(NormalizationForm.FormD)])
        {
            var stored = ForeignHash.TryParse(Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(hashed))))!.ToStored();
            Assert.Equal(PasswordMatch.RightButOutdated, PasswordHashing.Verify(mixed, stored));
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_weak_digest_is_not_in_what_is_stored(string format, string password, string foreign, bool weak)
    {
        _ = password;
        var digest = foreign.Split('$')[^1].TrimEnd('=');
        Assert.True(!weak || !ForeignHash.TryParse(foreign)!.ToStored().Contains(digest, StringComparison.Ordinal), format);
    }

    [Theory]
    [InlineData("")]
    [InlineData("limone barca stella")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf9")]
    [InlineData("sha1$salt$5f4dcc3b5aa765d61d8327deb882cf99")]
    [InlineData("{SSHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=")]
    [InlineData("pbkdf2_sha256$2147483648$seasalt$qJSvHvmQCLQXIRI8uGxfEKN9Alrkt5IWWxabn869aWY=")]
    [InlineData("$argon2id$v=19$m=67108864,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")]
    [InlineData("$1$saltstri$YMyguxXMBpd2TEZ.vS/3q1")]
    [InlineData("$2b$17$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW")]
    [InlineData("$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMU")]
    [InlineData("$argon2id$v=19$m=524288,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")]
    [InlineData("$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")]
    [InlineData("pbkdf2_sha256$99999999$seasalt$YWJj")]
    [InlineData("$6$rounds=99999999$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjlO/O817G3uBnIFNjnQJuesI68OTLiBFdcbYEdFCoEOfaS35inz1")]
    public void What_is_no_hash_or_costs_too_much_is_refused(string text) => Assert.Null(ForeignHash.TryParse(text));
}
