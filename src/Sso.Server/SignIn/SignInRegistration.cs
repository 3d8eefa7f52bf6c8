using Microsoft.AspNetCore.Identity;
using Sso.Admin.People;
using Sso.Data.People;
using Sso.Server.Http;
using Sso.Server.Operations;

namespace Sso.Server.SignIn;

internal static class SignInRegistration
{
    public static IServiceCollection AddSsoSignIn(
        this IServiceCollection services, IConfiguration configuration, SsoOptions sso) => services
        .AddSingleton(configuration.ReadSettings<SignInOptions>("SignIn", signIn => signIn.Problem))
        .AddSingleton(configuration.ReadSettings<LimitOptions>("Limits", limits => limits.Problem))
        .AddScoped<Throttle>()
        .AddSingleton(PasswordConfiguration.Read(configuration)).AddScoped<PasswordFloor>()
        .AddScoped<PasswordSignIn>().AddSingleton<PasswordLane>().AddScoped<PasswordReset>()
        .AddScoped<FactorProofs>().AddScoped<TrustedDevices>()
        .AddScoped<AppCodes>().AddScoped<AppEnrolment>()
        .AddScoped<MessageChallenges>().AddScoped<MailCodes>().AddScoped<TextCodes>().AddScoped<TextEnrolment>()
        .AddScoped<RecoveryCodes>()
        .AddScoped<LostFactor>().AddScoped<DueRecoveries>()
        .AddPasskeys(sso.IssuerUri)
        .AddScoped<AccountOverview>().AddScoped<Consents>().AddScoped<EnrolmentPostponement>();

    /// <summary>
    /// Identity's WebAuthn handler on our factors. Domain and origin are those of the issuer, never of a Host header.
    /// </summary>
    private static IServiceCollection AddPasskeys(this IServiceCollection services, Uri issuer)
    {
        services.AddIdentityCore<Person>();
        services.AddScoped<IUserStore<Person>, PasskeyStore>().AddScoped<IPasskeyHandler<Person>, PasskeyHandler<Person>>();
        services.AddScoped<PasskeyCeremonies>().AddScoped<PasskeySignIn>().AddScoped<PasskeyEnrolment>();
        return services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.ServerDomain = issuer.IdnHost;
            options.ChallengeSize = 32;
            options.AuthenticatorTimeout = PasskeyCeremonies.Lifetime;
            // With the person verified one passkey is two factors (NIST SP 800-63B §3.1.7); without, it
            // would claim more than it proved.
            options.UserVerificationRequirement = "required";
            options.ResidentKeyRequirement = "preferred";
            options.AttestationConveyancePreference = "none";
            options.ValidateOrigin = origin => ValueTask.FromResult(
                !origin.CrossOrigin && origin.TopOrigin is null && origin.Origin == issuer.GetLeftPart(UriPartial.Authority));
        });
    }
}
