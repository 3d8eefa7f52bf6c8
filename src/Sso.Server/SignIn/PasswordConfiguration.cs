using Sso.Admin.People;
using Sso.Protocol.Clients;
using Sso.Server.Http;
using Sso.Server.Operations;

namespace Sso.Server.SignIn;

/// <summary>What the settings of server and command line mean for passwords.</summary>
internal static class PasswordConfiguration
{
    public static PasswordSettings Read(IConfiguration configuration)
    {
        var signIn = configuration.ReadSettings<SignInOptions>("SignIn");
        var brand = configuration.ReadSettings<BrandOptions>("Brand");
        return new(signIn.Policy == SecondFactorPolicy.Required, brand.Name);
    }
}
