using System.Globalization;
using System.Text.Json.Serialization;

namespace Sso.Delivery.Vonage;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VonageReceiptHeader))]
[JsonSerializable(typeof(VonageReceiptClaims))]
[JsonSerializable(typeof(VonageStatus))]
internal sealed partial class VonageReceiptJson : JsonSerializerContext;

internal sealed record VonageReceiptHeader
{
    public string? Alg { get; init; }
}

internal sealed record VonageReceiptClaims
{
    public string? Iss { get; init; }

    public long Iat { get; init; }

    public string? Jti { get; init; }

    public string? ApiKey { get; init; }

    public string? ApplicationId { get; init; }

    public string? PayloadHash { get; init; }
}

/// <summary>What a status callback says, as far as we use it.</summary>
internal sealed record VonageStatus
{
    public string? ClientRef { get; init; }

    public string? Status { get; init; }

    public VonageStatusError? Error { get; init; }

    public VonageUsage? Usage { get; init; }
}

internal sealed record VonageStatusError
{
    public string? Type { get; init; }

    public string? Title { get; init; }

    /// <summary>The numeric code: in the title, or in the fragment of the type.</summary>
    public int? Number => Parse(Title) ?? Parse(Type?.Split('#')[^1]);

    private static int? Parse(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

internal sealed record VonageUsage
{
    public string? Currency { get; init; }

    public string? Price { get; init; }
}
