using Sso.Server.Operations;

namespace Sso.Server.Token;

internal static class TokenRegistration
{
    public static IServiceCollection AddSsoToken(this IServiceCollection services, IConfiguration configuration) => services
        .AddSingleton(configuration.ReadSettings<TokenOptions>("Tokens", tokens => tokens.Problem))
        .AddScoped<AuthorizationCodeGrant>()
        .AddScoped<RefreshTokenGrant>()
        .AddScoped<ClientCredentialsGrant>()
        .AddScoped<WaitingGrant>().AddScoped<DeviceCodeGrant>()
        .AddScoped<TokenExchangeGrant>()
        .AddSingleton<IssuedTokens>().AddSingleton<RefreshTokens>();
}
