using FluentValidation;
using Sso.Data.Webhooks;

namespace Sso.Admin.Webhooks;

/// <summary>What a subscription may say; whether its address may be called is judged beside it.</summary>
internal sealed class NewWebhookRules : AbstractValidator<NewWebhook>
{
    public NewWebhookRules()
    {
        RuleFor(webhook => webhook.Url)
            .Must(url => !url.Contains('#', StringComparison.Ordinal))
            .Says("An address with a fragment (#) cannot be called.", "Leave it out.");
        RuleForEach(webhook => webhook.Events).HasNoFlaw((_, name) => WebhookType.Find(name) is null
            ? new Flaw($"'{name}' is no type of event.", "List them: sso webhook events")
            : null);
    }
}
