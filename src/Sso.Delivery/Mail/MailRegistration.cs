using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Sso.Delivery.Outbox;
using Sso.Settings;

namespace Sso.Delivery.Mail;

internal static class MailRegistration
{
    public static void AddMail(this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        services.AddSettings(configuration, MailOptions.Section, new MailRules(environment))
            .AddUnset<MailOptions>("Mail:ImplicitTls", mail => mail.BeginsWithTls);
        if (environment.IsDevelopment() && string.IsNullOrWhiteSpace(configuration.ReadUnchecked<MailOptions>(MailOptions.Section).Host))
        {
            services.TryAddSingleton(provider => new OutboxFolder(provider.GetRequiredService<IOptions<DeliveryOptions>>(), environment));
            services.AddSingleton(provider =>
                new DevelopmentMailbox(provider.GetRequiredService<OutboxFolder>(), provider.GetRequiredService<TimeProvider>()));
            services.AddSingleton<IMailRoute>(provider => provider.GetRequiredService<DevelopmentMailbox>());
        }
        else
        {
            services.AddSingleton<IMailRoute, SmtpMail>();
        }

        services.AddSingleton<RelayCheck>().AddSingleton<MailQueue>().AddSingleton<MailBell>();
        services.AddSingleton<MailDispatcher>();
        services.AddHostedService(provider => provider.GetRequiredService<MailDispatcher>());
    }
}
