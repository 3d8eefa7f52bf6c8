namespace Sso.Accounts.People;

/// <summary>
/// What operators do to accounts, for a console, an API or a command line that has registered the database and
/// <see cref="PasswordSettings"/>.
/// </summary>
public static class PeopleRegistration
{
    public static IServiceCollection AddSsoPeople(this IServiceCollection services) => services
        .AddScoped<PasswordFloor>()
        .AddScoped<AddPerson>()
        .AddScoped<ImportPeople>()
        .AddScoped<ListPeople>()
        .AddScoped<ShowPerson>()
        .AddScoped<ListPersonEvents>()
        .AddScoped<UnlockPerson>()
        .AddScoped<RemoveFactor>()
        .AddScoped<SetPassword>()
        .AddScoped<DisablePerson>()
        .AddScoped<EnablePerson>()
        .AddScoped<UndoContactChanges>()
        .AddScoped<DeletePerson>();
}
