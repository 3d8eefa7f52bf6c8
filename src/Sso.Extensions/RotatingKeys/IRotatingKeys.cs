using Microsoft.IdentityModel.Tokens;

namespace Sso.Extensions.RotatingKeys;

/// <summary>Signing keys that change by the clock, alike on every node.</summary>
public interface IRotatingKeys : ISigningKeys
{
    /// <summary>The public halves with kid, alg and use, in the order of the key set. A different object when that changes.</summary>
    IReadOnlyList<JsonWebKey> Published { get; }
}
