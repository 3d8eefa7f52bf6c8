namespace Sso.Server.Issuance;

internal static class IssuanceRegistration
{
    public static IServiceCollection AddSsoIssuance(this IServiceCollection services) => services
        .AddSingleton<IssuedTokenValidator>().AddSingleton<RefreshTokenSealer>().AddScoped<PersonReader>();
}
