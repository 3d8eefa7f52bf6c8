namespace Sso.Accounts.Mails;

public static class MailsRegistration
{
    public static IServiceCollection AddSsoMails(this IServiceCollection services) => services
        .AddSingleton<SecurityMails>()
        .AddSingleton<MailPreview>()
        .AddSingleton<NoticeTexts>()
        .AddScoped<OwedNotices>();
}
