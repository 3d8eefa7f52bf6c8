using Sso.Admin.People;
using Sso.Protocol.Clients;
using Sso.Server.Http;

namespace Sso.Server.SignIn;

/// <summary>What the settings of server and command line mean for passwords (S1).</summary>
internal static class PasswordConfiguration
{
    public static PasswordSettings Read(IConfiguration configuration)
    {
        var signIn = configuration.GetSection("SignIn").Get<SignInOptions>() ?? new SignInOptions();
        var brand = configuration.GetSection("Brand").Get<BrandOptions>() ?? new BrandOptions();
        return new(signIn.Policy == SecondFactorPolicy.Required, brand.Name);
    }
}
