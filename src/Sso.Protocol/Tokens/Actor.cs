using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sso.Protocol.Tokens;

/// <summary>Who acts for the subject of a token (RFC 8693 §4.1), the last first: each exchange adds one to the front.</summary>
public sealed record Actor(ImmutableArray<string> Chain)
{
    public const string Claim = "act";

    /// <summary>A longer chain is a loop, or nobody's intention.</summary>
    public const int Longest = 8;

    public static readonly Actor None = new([]);

    /// <summary>Null if the chain is too long already.</summary>
    public Actor? ActedBy(string clientId) => Chain.Length < Longest ? new([clientId, .. Chain]) : null;

    /// <summary>The value of the claim; null if nobody acts.</summary>
    public JsonObject? AsJson() => Chain.Reverse().Aggregate(
        (JsonObject?)null,
        (before, clientId) => before is null ? new() { ["sub"] = clientId } : new() { ["sub"] = clientId, [Claim] = before });

    /// <summary>From a token of ours, whose signature was checked.</summary>
    public static Actor Read(JsonElement claim)
    {
        var chain = ImmutableArray.CreateBuilder<string>();
        for (var actor = claim; chain.Count < Longest && actor.TryGetProperty("sub", out var sub);)
        {
            chain.Add(sub.GetString()!);
            if (!actor.TryGetProperty(Claim, out actor))
            {
                break;
            }
        }

        return new(chain.ToImmutable());
    }
}
