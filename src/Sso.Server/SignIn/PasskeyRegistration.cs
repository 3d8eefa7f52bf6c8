using Microsoft.AspNetCore.Identity;
using Sso.Data.People;
using Sso.Server.Http;

namespace Sso.Server.SignIn;

internal static class PasskeyRegistration
{
    /// <summary>
    /// Identity's WebAuthn handler on our factors. Domain and origin are those of the issuer, never of a Host header (S83).
    /// </summary>
    public static void AddSsoPasskeys(this IServiceCollection services, SsoOptions sso)
    {
        var issuer = new Uri(sso.Issuer);
        services.AddIdentityCore<Person>();
        services.AddScoped<IUserStore<Person>, PasskeyStore>().AddScoped<IPasskeyHandler<Person>, PasskeyHandler<Person>>();
        services.AddScoped<PasskeyCeremonies>().AddScoped<PasskeySignIn>().AddScoped<PasskeyEnrolment>();
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ServerDomain = issuer.IdnHost;
            options.ChallengeSize = 32;
            options.AuthenticatorTimeout = PasskeyCeremonies.Lifetime;
            // With the person verified one passkey is two factors (NIST SP 800-63B §3.1.7); without, it
            // would claim more than it proved (S31).
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "preferred";
            options.AttestationConveyancePreference = "none";
            options.ValidateOrigin = origin => ValueTask.FromResult(
                !origin.CrossOrigin && origin.TopOrigin is null && origin.Origin == issuer.GetLeftPart(UriPartial.Authority));
        });
    }
}
