using Sso.Admin.People;
using Sso.Protocol.Clients;
using Sso.Server.Http;

namespace Sso.Server.SignIn;

/// <summary>What the settings of server and command line mean for passwords.</summary>
internal static class PasswordSettings
{
    /// <summary>Where customers may be without a second factor the password stands alone and has to be longer (S1).</summary>
    public static PasswordPolicy Policy(IConfiguration configuration)
    {
        var signIn = configuration.GetSection("SignIn").Get<SignInOptions>() ?? new SignInOptions();
        var brand = configuration.GetSection("Brand").Get<BrandOptions>() ?? new BrandOptions();
        var shortest = signIn.Policy == SecondFactorPolicy.Required ? PasswordPolicy.WithSecondFactor : PasswordPolicy.Alone;
        return new(shortest, brand.Name);
    }
}
