using System.Text.Json.Serialization;

namespace Sso.Protocol.Authorization;

/// <summary>One fact of a sign-in: this method succeeded at this time, in this flow. Only the verifier of the method writes it.</summary>
/// <param name="At">UTC.</param>
/// <param name="FlowId">The request during which it was proved, so that a demanded fresh proof needs no comparison of clocks.</param>
public sealed record Proof(ProofMethod Method, DateTimeOffset At, Guid FlowId)
{
    /// <summary>The trusted device that stood for a second factor; null for every other method.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? DeviceId { get; init; }
}
