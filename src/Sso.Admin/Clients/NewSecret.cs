using FluentValidation;
using Sso.Data.Clients;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>What whoever makes a secret says of it.</summary>
public sealed record NewSecret
{
    public const int UsualDays = 365;
    public const int MostDays = 3650;

    private static readonly NewSecretRules Rules = new();

    /// <summary>What operators will know it by; null for no name.</summary>
    public string? Label { get; init; }

    /// <summary>After how many days it ends; null for one that does not end.</summary>
    public int? ExpiresInDays { get; init; } = UsualDays;

    internal Refusal? FindFlaw() => Rules.Check(this);

    /// <summary>What to think over.</summary>
    internal IEnumerable<string> Doubts()
    {
        if (ExpiresInDays is null)
        {
            yield return "The secret does not end: whoever finds it years from now can still use it. Change it now and then.";
        }
    }

    /// <summary>Who made it is stamped when it is saved.</summary>
    internal StoredSecret Store(string secret, byte[]? isSealed, DateTimeOffset now) =>
        new(ClientSecret.HashOf(secret), isSealed, ExpiresInDays is { } days ? now.AddDays(days) : null)
        {
            Label = Label?.Trim(),
            CreatedAt = now,
            AlertedDays = ExpiresInDays is { } life ? StoredSecret.AlertAt(TimeSpan.FromDays(life)) : null,
        };
}

internal sealed class NewSecretRules : AbstractValidator<NewSecret>
{
    public NewSecretRules()
    {
        RuleFor(secret => secret.Label)
            .IsOneLine(StoredSecret.LongestLabel)
            .Says(
                $"The label must have 1 to {StoredSecret.LongestLabel} characters on one line.",
                "Say where the secret is used, such as \"production\", or leave the label out.");
        RuleFor(secret => secret.ExpiresInDays)
            .InclusiveBetween(1, NewSecret.MostDays)
            .Says($"A secret ends after 1 to {NewSecret.MostDays} days, or never.", "Give a number of days such as 365, or none.");
    }
}
