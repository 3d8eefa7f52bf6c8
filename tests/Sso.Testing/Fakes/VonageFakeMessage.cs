using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sso.Testing.Fakes;

/// <summary>A message that <see cref="VonageFake"/> took, with what a phone would read in it.</summary>
public sealed partial record VonageFakeMessage
{
    public required string To { get; init; }

    public required string From { get; init; }

    public required string Text { get; init; }

    public required string Reference { get; init; }

    public required int Ttl { get; init; }

    /// <summary>Where receipts of this message are wanted.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>Host and code of the last line, by the rules of the origin-bound format; null when a phone would not fill it in.</summary>
    public (string Host, string Code)? BoundCode =>
        BoundLine().Match(Text.Split('\n')[^1]) is { Success: true } match ? (match.Groups[1].Value, match.Groups[2].Value) : null;

    /// <summary>The first field that the API would not take.</summary>
    internal static string? Fault(JsonElement body)
    {
        string? Text(string name) =>
            body.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return Text("channel") != "sms" ? "channel"
            : Text("message_type") != "text" ? "message_type"
            : !Number().IsMatch(Text("to") ?? "") ? "to"
            : !Sender().IsMatch(Text("from") ?? "") ? "from"
            : Text("text") is not { Length: > 0 and <= 3200 } ? "text"
            : Text("client_ref") is { Length: > 40 } ? "client_ref"
            : Text("webhook_version") is not (null or "v1" or "v0.1") ? "webhook_version"
            : body.TryGetProperty("ttl", out var ttl) && (!ttl.TryGetInt32(out var seconds) || seconds is < 20 or > 604_800) ? "ttl"
            : body.TryGetProperty("sms", out var sms) && sms.TryGetProperty("encoding_type", out var type)
                && type.GetString() is not ("auto" or "text" or "unicode") ? "sms.encoding_type"
            : null;
    }

    internal static VonageFakeMessage Read(JsonElement body) => new()
    {
        To = body.GetProperty("to").GetString()!,
        From = body.GetProperty("from").GetString()!,
        Text = body.GetProperty("text").GetString()!,
        Reference = body.GetProperty("client_ref").GetString()!,
        Ttl = body.GetProperty("ttl").GetInt32(),
        WebhookUrl = body.TryGetProperty("webhook_url", out var url) ? url.GetString() : null,
    };

    [GeneratedRegex(@"^@([^\s#@]+) #([^\s]+)(?:\s.*)?$")]
    private static partial Regex BoundLine();

    [GeneratedRegex(@"^[0-9]{7,15}$")]
    private static partial Regex Number();

    [GeneratedRegex(@"^([0-9]{1,15}|[A-Za-z0-9]{1,11})$")]
    private static partial Regex Sender();
}
