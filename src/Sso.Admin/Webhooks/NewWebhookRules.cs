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
        RuleFor(webhook => webhook.Events).Must(types => !types.IsEmpty)
            .Says("There is no type of event in it.", "Leave it out for all but readings (\"*\"), or name types: sso webhook events");
        RuleForEach(webhook => webhook.Events).HasNoFlaw((_, name) => name != WebhookType.Everything && WebhookType.Find(name) is null
            ? new Flaw($"'{name}' is no type of event.", "List them: sso webhook events")
            : null);
    }
}
