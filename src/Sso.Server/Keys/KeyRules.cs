using FluentValidation;
using Sso.Data.Keys;

namespace Sso.Server.Keys;

internal sealed class KeyRules : AbstractValidator<KeyOptions>
{
    public KeyRules()
    {
        RuleFor(keys => keys.RsaBits).Must(bits => bits is 2048 or 3072 or 4096).WithMessage("must be 2048, 3072 or 4096.");
        RuleForEach(keys => keys.Algorithms)
            .Must(SigningAlgorithms.All.Contains)
            .WithMessage($"names \"{{PropertyValue}}\": it may hold {string.Join(", ", SigningAlgorithms.All)}.");
        // OIDC Core §15.1 and RFC 9701 §6 ask for RS256; our access tokens are ES256.
        RuleFor(keys => keys.Offered)
            .Must(offered => offered.Contains(SigningAlgorithms.RS256) && offered.Contains(SigningAlgorithms.ES256))
            .OverridePropertyName(keys => keys.Algorithms)
            .WithMessage("must hold RS256, which every application may expect, and ES256, which signs access tokens.");
    }
}
