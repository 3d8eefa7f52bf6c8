using Sso.Data.Delivery;

namespace Sso.Testing;

/// <summary>Texts that a route has taken, without anybody who asked for them.</summary>
public static class TakenTexts
{
    /// <summary>The id by which the provider's receipt names it.</summary>
    public static async Task<Guid> AddAsync(SsoServer server, string route)
    {
        var now = server.Clock.GetUtcNow();
        var delivery = new TextDelivery
        {
            Id = Guid.CreateVersion7(now),
            TextId = Guid.CreateVersion7(now),
            ChallengeId = Guid.CreateVersion7(now),
            Route = route,
            MaskedNumber = "+39 ••• ••• ••00",
            Country = "IT",
            Prefix = "+39312",
            Purpose = TextPurpose.SignIn,
            SentAt = now,
            Cost = 1000,
        };
        await using var database = server.OpenDatabase();
        database.TextDeliveries.Add(delivery);
        await database.SaveChangesAsync();
        return delivery.Id;
    }
}
