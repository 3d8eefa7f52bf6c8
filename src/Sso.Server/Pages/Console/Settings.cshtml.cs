using System.Collections.Immutable;
using Sso.Accounts.Administrators;
using Sso.Server.Doctor;
using Sso.Settings;

namespace Sso.Server.Pages.Console;

/// <summary>The settings in force and where each comes from, and what the doctor finds without asking anybody else.</summary>
internal sealed class Settings(
    IConfiguration configuration, IEnumerable<KnownSection> sections, IServiceProvider services, Examiner doctor) : ConsolePage
{
    public ImmutableArray<Finding> Troubles { get; private set; } = [];

    /// <summary>By their sections, in the order of the alphabet.</summary>
    public IEnumerable<IGrouping<string, SettingView>> Sections { get; private set; } = [];

    [Act(ConsoleAct.SeeSettings)]
    public async Task OnGetAsync(CancellationToken cancellation)
    {
        Troubles = await doctor.FindTroubleAsync(cancellation);
        Sections = SettingsReport.Read(configuration, sections, services)
            .GroupBy(setting => setting.Path.Split(':')[0], StringComparer.Ordinal).OrderBy(section => section.Key, StringComparer.Ordinal);
    }
}
