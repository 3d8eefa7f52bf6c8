namespace Sso.Server.Issuance;

internal static class IssuanceRegistration
{
    public static IServiceCollection AddSsoIssuance(this IServiceCollection services) => services
        .AddSingleton<IssuedTokens>().AddSingleton<RefreshTokens>().AddScoped<PersonReader>();
}
