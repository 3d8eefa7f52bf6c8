namespace Sso.Accounts.People;

public static class PeopleRegistration
{
    public static IServiceCollection AddSsoPeople(this IServiceCollection services) => services
        .AddScoped<AddPerson>()
        .AddScoped<ImportPeople>()
        .AddScoped<ListPeople>()
        .AddScoped<ShowPerson>()
        .AddScoped<ListPersonEvents>()
        .AddScoped<UnlockPerson>()
        .AddScoped<SignOutPerson>()
        .AddScoped<DisablePerson>()
        .AddScoped<EnablePerson>();
}
