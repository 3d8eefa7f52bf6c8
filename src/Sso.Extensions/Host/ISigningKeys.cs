using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace Sso.Extensions.Host;

/// <summary>The keys of the host that sign what is not a token of OpenIddict's.</summary>
public interface ISigningKeys
{
    /// <exception cref="InvalidOperationException">There is no key of the algorithm.</exception>
    SigningCredentials Find(string algorithm);
}

/// <summary>Those that OpenIddict was given: for a host whose keys do not change while it runs.</summary>
internal sealed class ConfiguredSigningKeys(IOptionsMonitor<OpenIddictServerOptions> options) : ISigningKeys
{
    public SigningCredentials Find(string algorithm) => options.CurrentValue.SigningCredentials.Find(key => key.Algorithm == algorithm)
        ?? throw new InvalidOperationException($"No signing key of OpenIddict's options is for {algorithm}.");
}
