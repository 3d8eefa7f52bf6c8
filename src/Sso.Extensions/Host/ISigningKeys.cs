using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Extensions.Host;

/// <summary>The host's keys that sign whatever is not one of OpenIddict's tokens.</summary>
public interface ISigningKeys
{
    /// <exception cref="InvalidOperationException">There is no key of the algorithm.</exception>
    SigningCredentials Find(string algorithm);
}

/// <summary>The keys that OpenIddict was given: for a host whose keys do not change while it runs.</summary>
internal sealed class ConfiguredSigningKeys(IOptionsMonitor<OpenIddictServerOptions> options) : ISigningKeys
{
    public SigningCredentials Find(string algorithm) => options.CurrentValue.SigningCredentials.Find(key => key.Algorithm == algorithm)
        ?? throw new InvalidOperationException($"No signing key of OpenIddict's options is for {algorithm}.");
}
