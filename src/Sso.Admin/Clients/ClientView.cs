using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sso.Data.Clients;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>A registration as an operator reads it: without any secret.</summary>
public sealed record ClientView : Client
{
    [SetsRequiredMembers]
    private ClientView(ClientRegistration client)
        : base(client)
    {
        Secrets = SecretView.AllOf(client);
        SecretsMark = string.Join(' ', Secrets.Select(secret => $"{secret.Fingerprint} {secret.ExpiresAt:O}"));
        SecretCount = Secrets.Length;
        (CreatedAt, DisabledAt) = (client.CreatedAt, client.DisabledAt);
    }

    /// <summary>How many secrets it has: two while one is being changed.</summary>
    [JsonPropertyName("secrets")]
    public int SecretCount { get; }

    /// <summary>The older first.</summary>
    [JsonIgnore]
    public new ImmutableArray<SecretView> Secrets { get; }

    /// <summary>Which secrets they are: with another pair it is another registration, though nobody is shown them.</summary>
    [JsonIgnore]
    public string SecretsMark { get; }

    /// <summary>on; incomplete: a draft, to which nobody can sign in yet; off.</summary>
    public string State => DisabledAt is not null ? "off" : IsDraft ? "incomplete" : "on";

    public DateTimeOffset CreatedAt { get; }

    public DateTimeOffset? DisabledAt { get; }

    public static ClientView Of(ClientRegistration client) => new(client);

    /// <summary>For the record of changes.</summary>
    internal JsonNode? ToJson() => JsonSerializer.SerializeToNode(this, ClientJson.Default.ClientView);

    public override string ToString() => base.ToString();
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(WrittenTime)])]
[JsonSerializable(typeof(ClientView))]
internal sealed partial class ClientJson : JsonSerializerContext;
