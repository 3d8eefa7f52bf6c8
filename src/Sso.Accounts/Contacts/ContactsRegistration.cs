namespace Sso.Accounts.Contacts;

public static class ContactsRegistration
{
    public static IServiceCollection AddSsoContacts(this IServiceCollection services) => services
        .AddScoped<ContactOverview>().AddScoped<EmailChange>().AddScoped<NumberHistory>().AddScoped<NumberUses>();
}
