using FluentValidation;
using Sso.Settings;

namespace Sso.Server.Operations;

internal sealed class AuditRules : AbstractValidator<AuditOptions>
{
    public AuditRules()
    {
        RuleFor(audit => audit.KeepEvents).LiesBetween(TimeSpan.FromDays(30), TimeSpan.FromDays(3650));
        RuleFor(audit => audit.KeepAddresses).GreaterThanOrEqualTo(TimeSpan.FromDays(1)).WithMessage("must be {ComparisonValue} or more.");
    }
}
