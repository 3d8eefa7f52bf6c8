using System.Globalization;
using System.Text.Json.Serialization;

namespace Sso.Delivery.Vonage;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VonageClaims))]
[JsonSerializable(typeof(VonageText))]
[JsonSerializable(typeof(VonageAcceptance))]
[JsonSerializable(typeof(VonageProblem))]
internal sealed partial class VonageJson : JsonSerializerContext;

internal sealed record VonageClaims
{
    public required string ApplicationId { get; init; }

    public required long Iat { get; init; }

    public required long Exp { get; init; }

    public required string Jti { get; init; }
}

/// <summary>The body of POST /v1/messages.</summary>
internal sealed record VonageText
{
    public string MessageType { get; init; } = "text";

    public string Channel { get; init; } = "sms";

    public required string To { get; init; }

    public required string From { get; init; }

    public required string Text { get; init; }

    public required string ClientRef { get; init; }

    /// <summary>Seconds here; milliseconds in the older API.</summary>
    public required int Ttl { get; init; }

    /// <summary>For this message only; null leaves the application's own.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>Stated explicitly, so that an old setting of the account cannot change the receipts.</summary>
    public string WebhookVersion { get; init; } = "v1";

    public VonageEncoding Sms { get; init; } = new();
}

internal sealed record VonageEncoding
{
    public string EncodingType { get; init; } = "auto";
}

internal sealed record VonageAcceptance
{
    public string? MessageUuid { get; init; }
}

/// <summary>RFC 9457, without the prose: it may repeat the number.</summary>
internal sealed record VonageProblem
{
    public string? Type { get; init; }

    public string? Instance { get; init; }

    public IReadOnlyList<VonageParameter>? InvalidParameters { get; init; }

    /// <summary>The numeric code in the fragment of <see cref="Type"/>.</summary>
    public int? Code => Type?.Split('#') is [_, .., var fragment]
        && int.TryParse(fragment, NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;
}

internal sealed record VonageParameter
{
    public string? Name { get; init; }
}
