using Microsoft.AspNetCore.Identity;
using Sso.Data.People;
using Sso.Protocol;

namespace Sso.Accounts.Factors;

public static class FactorsRegistration
{
    public static IServiceCollection AddSsoFactors(this IServiceCollection services) => services
        .AddScoped<FactorProofs>().AddScoped<SecondStep>().AddScoped<FactorEnrolment>()
        .AddScoped<AppCodes>().AddScoped<AppEnrolment>()
        .AddScoped<MessageChallenges>().AddScoped<MailCodes>().AddScoped<TextCodes>().AddScoped<TextEnrolment>()
        .AddScoped<RecoveryCodeSet>()
        .AddPasskeys()
        .AddScoped<EnrolmentPostponement>()
        .AddScoped<FactorNaming>().AddScoped<RemoveFactor>().AddScoped<DisableTwoFactor>();

    /// <summary>
    /// Identity's WebAuthn handler on our factors. Domain and origin are those of the issuer, never of a Host header.
    /// </summary>
    private static IServiceCollection AddPasskeys(this IServiceCollection services)
    {
        services.AddIdentityCore<Person>();
        services.AddScoped<IUserStore<Person>, PasskeyStore>().AddScoped<IPasskeyHandler<Person>, PasskeyHandler<Person>>();
        services.AddScoped<WebAuthn>().AddScoped<PasskeyCeremonies>().AddScoped<PasskeyEnrolment>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<IIssuerName>((options, name) =>
        {
            var issuer = new Uri(name.Value);
            options.ServerDomain = issuer.IdnHost;
            options.ChallengeSize = 32;
            options.AuthenticatorTimeout = PasskeyCeremonies.Lifetime;
            // With the person verified, one passkey is two factors (NIST SP 800-63B §3.1.7); otherwise it would claim more than it proved.
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "preferred";
            options.AttestationConveyancePreference = "none";
            options.ValidateOrigin = origin => ValueTask.FromResult(
                !origin.CrossOrigin && origin.TopOrigin is null && origin.Origin == issuer.GetLeftPart(UriPartial.Authority));
        });
        return services;
    }
}
