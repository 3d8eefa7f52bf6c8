using Sso.Settings;

namespace Sso.Server.Token;

internal static class TokenRegistration
{
    public static IServiceCollection AddSsoToken(this IServiceCollection services, IConfiguration configuration) => services
        .AddSettings(configuration, "Tokens", new TokenRules())
        .AddKeyedScoped<IGrant, AuthorizationCodeGrant>(GrantTypes.AuthorizationCode)
        .AddKeyedScoped<IGrant, RefreshTokenGrant>(GrantTypes.RefreshToken)
        .AddKeyedScoped<IGrant, ClientCredentialsGrant>(GrantTypes.ClientCredentials)
        .AddKeyedScoped<IGrant, WaitingGrant>(GrantTypes.DeviceCode).AddScoped<WaitingGrant>()
        .AddKeyedScoped<IGrant, TokenExchangeGrant>(GrantTypes.TokenExchange);
}
