using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Testing;
using Xunit;

namespace Sso.Delivery.Tests;

[Spec("S20")]
public sealed class MessageCodeTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public async Task Two_thousand_codes_have_flat_digits_and_keep_leading_zeros()
    {
        await using var database = await TestDatabase.CreateAsync();
        var sealer = await SealerAsync(database);
        var codes = Enumerable.Range(0, 2000).Select(_ => MessageCode.Derive(sealer, Challenge(sealer.CurrentKeyId))!).ToList();

        Assert.All(codes, code => Assert.Matches("^[0-9]{6}$", code));
        Assert.InRange(codes.Distinct().Count(), 1980, 2000);
        // Each place and all places together; 27.88 is chi-square at p = 0.001 with nine degrees of freedom. Keys and ids are random, so 1
        // run in 10^6 of the seven sums may pass 45.
        for (var place = 0; place < 6; place++)
        {
            Assert.InRange(ChiSquare(codes.Select(code => code[place])), 0, 45);
        }

        Assert.InRange(ChiSquare(codes.SelectMany(code => code)), 0, 45);
        Assert.Contains(codes, code => code.StartsWith("00", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_challenge_has_one_code_on_every_node_and_another_key_gives_another()
    {
        await using var database = await TestDatabase.CreateAsync();
        var (here, there) = (await SealerAsync(database), await SealerAsync(database));
        var challenge = Challenge(here.CurrentKeyId);
        Assert.Equal(MessageCode.Derive(here, challenge), MessageCode.Derive(there, challenge));

        _clock.Advance(DataKeyRing.RenewAfter + TimeSpan.FromDays(1));
        var later = await SealerAsync(database);
        // A new key settles before it seals.
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.NotEqual(challenge.KeyId, later.CurrentKeyId);
        Assert.Equal(MessageCode.Derive(here, challenge), MessageCode.Derive(later, challenge));
    }

    [Fact]
    public async Task No_key_no_code()
    {
        await using var database = await TestDatabase.CreateAsync();
        Assert.Null(MessageCode.Derive(await SealerAsync(database), Challenge(Guid.CreateVersion7(_clock.GetUtcNow()))));
    }

    private static double ChiSquare(IEnumerable<char> digits)
    {
        var counts = new int[10];
        var total = 0;
        foreach (var digit in digits)
        {
            counts[digit - '0']++;
            total++;
        }

        return counts.Sum(count => Math.Pow(count - (total / 10.0), 2) / (total / 10.0));
    }

    private async Task<Sealer> SealerAsync(TestDatabase database)
    {
        var contexts = database.Services().BuildServiceProvider().GetRequiredService<IDbContextFactory<SsoDbContext>>();
        var ring = new DataKeyRing(contexts, WrappingKey.FromPassphrase("a passphrase of the tests"), _clock);
        await ring.LoadAsync(CancellationToken.None);
        return new Sealer(ring, _clock);
    }

    private MessageChallenge Challenge(Guid key)
    {
        var now = _clock.GetUtcNow();
        return new MessageChallenge
        {
            Id = Guid.CreateVersion7(now),
            KeyId = key,
            FactorId = Guid.CreateVersion7(now),
            SessionId = Guid.CreateVersion7(now),
            CreatedAt = now,
            ExpiresAt = now + MessageChallenge.Lifetime,
        };
    }
}
