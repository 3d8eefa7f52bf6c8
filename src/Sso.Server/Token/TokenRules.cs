using FluentValidation;
using Sso.Server.Issuance;
using Sso.Settings;

namespace Sso.Server.Token;

internal sealed class TokenRules : AbstractValidator<TokenOptions>
{
    public TokenRules()
    {
        RuleFor(tokens => tokens.AccessTokenLifetime).LiesBetween(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));
        RuleFor(tokens => tokens.IdTokenLifetime).LiesBetween(TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));
        RuleFor(tokens => tokens.RefreshTokenIdle).GreaterThanOrEqualTo(TimeSpan.FromHours(1)).WithMessage("must be one hour or more.");
        RuleFor(tokens => tokens.RefreshTokenAbsolute)
            .GreaterThanOrEqualTo(tokens => tokens.RefreshTokenIdle).WithMessage("must not be shorter than Tokens:RefreshTokenIdle.")
            .LessThanOrEqualTo(TimeSpan.FromDays(365)).WithMessage("must be 365 days or less.");
    }
}
