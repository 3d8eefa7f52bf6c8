namespace Sso.Server.Doctor;

/// <summary>What the command line and the console ask how the installation is.</summary>
internal static class DoctorRegistration
{
    public static IServiceCollection AddSsoDoctor(this IServiceCollection services) => services
        .AddScoped<Examiner>().AddScoped<SettingsExamination>().AddScoped<DatabaseExamination>().AddScoped<IssuerExamination>()
        .AddScoped<DeliveryExamination>().AddScoped<ListeningExamination>().AddScoped<CertificateExamination>()
        .AddScoped<BackupExamination>();
}
