using Microsoft.AspNetCore.Identity;
using Sso.Accounts.People;
using Sso.Admin.Brands;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Settings;

namespace Sso.Accounts.SignIn;

public static class SignInRegistration
{
    public static IServiceCollection AddSsoSignIn(this IServiceCollection services, IConfiguration configuration) => services
        .AddSignInSettings(configuration)
        .AddScoped<PasswordSignIn>().AddSingleton<PasswordLane>().AddScoped<PasswordReset>()
        .AddScoped<FactorProofs>().AddScoped<TrustedDevices>()
        .AddScoped<AppCodes>().AddScoped<AppEnrolment>()
        .AddScoped<MessageChallenges>().AddScoped<MailCodes>().AddScoped<TextCodes>().AddScoped<TextEnrolment>()
        .AddScoped<RecoveryCodes>()
        .AddPasskeys()
        .AddScoped<AccountOverview>().AddScoped<Consents>().AddScoped<EnrolmentPostponement>();

    /// <summary>For the server and for the command line. Needs <see cref="BrandOptions"/> beside it.</summary>
    public static IServiceCollection AddSignInSettings(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "SignIn", new SignInRules())
        .AddSingleton(provider => new PasswordSettings(
            provider.GetRequiredService<SignInOptions>().Policy == SecondFactorPolicy.Required,
            provider.GetRequiredService<BrandOptions>().Name));

    /// <summary>
    /// Identity's WebAuthn handler on our factors. Domain and origin are those of the issuer, never of a Host header.
    /// </summary>
    private static IServiceCollection AddPasskeys(this IServiceCollection services)
    {
        services.AddIdentityCore<Person>();
        services.AddScoped<IUserStore<Person>, PasskeyStore>().AddScoped<IPasskeyHandler<Person>, PasskeyHandler<Person>>();
        services.AddScoped<WebAuthn>().AddScoped<PasskeyCeremonies>().AddScoped<PasskeySignIn>().AddScoped<PasskeyEnrolment>();
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
