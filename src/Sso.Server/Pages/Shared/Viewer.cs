using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Localization;
using Sso.Data;
using Sso.Data.Sessions;
using Sso.Server.Clients;
using Sso.Server.Http;

namespace Sso.Server.Pages.Shared;

/// <summary>The viewer of account pages, as the bar above them shows it.</summary>
/// <param name="Name">The full name, otherwise the user name.</param>
/// <param name="GivenName">What a greeting calls the person; null if unknown.</param>
/// <param name="LastApp">The application for which this session was last used, if a browser can open it.</param>
internal sealed record Face(string Name, string? GivenName, string UserName, OpenableApp? LastApp);

/// <summary>
/// The viewer of a page: their name, and times in their own zone if it is stored, otherwise in that of the server. It is read once, however
/// many parts of the page ask.
/// </summary>
internal sealed class Viewer(
    SsoDbContext database, ClientDirectory clients, SsoOptions options, IStringLocalizer<Common> common, TimeProvider clock)
{
    private TimeZoneInfo _zone = ZoneNames.Of(id: null);

    /// <summary>Null until the viewer is known.</summary>
    public Face? Face { get; private set; }

    /// <summary>No mail goes to their address until they confirm it. False until the viewer is known.</summary>
    public bool HasUnconfirmedAddress { get; private set; }

    /// <summary>"ora di Roma"; the offset from UTC if a zone has no city.</summary>
    public string Zone => ZoneOf(clock.GetUtcNow());

    public async Task MeetAsync(SignInRow signIn, CancellationToken cancellation)
    {
        if (Face is not null)
        {
            return;
        }

        var row = await database.Users.AsNoTracking().Where(person => person.Id == signIn.PersonId).Select(person => new
        {
            person.Name,
            person.GivenName,
            person.FamilyName,
            person.ZoneInfo,
            IsUnconfirmed = person.Email != null && !person.EmailConfirmed,
            ClientId = database.Grants.Where(grant => grant.SessionId == signIn.SessionId).OrderByDescending(grant => grant.CreatedAt)
                .Select(grant => grant.ClientId).FirstOrDefault(),
        }).SingleAsync(cancellation);
        Face = new(
            row.Name ?? (row.GivenName is null && row.FamilyName is null ? signIn.UserName : $"{row.GivenName} {row.FamilyName}".Trim()),
            row.GivenName,
            signIn.UserName,
            Openable(row.ClientId));
        (_zone, HasUnconfirmedAddress) = (ZoneNames.Of(row.ZoneInfo), row.IsUnconfirmed);
    }

    /// <summary>"22/11/2026 14:05 (ora di Roma)": day first in both languages.</summary>
    public string Instant(DateTimeOffset at) => $"{Local(at).ToString("dd/MM/yyyy HH:mm", CultureInfo.InvariantCulture)} ({ZoneOf(at)})";

    /// <summary>"22 novembre 2026": in English figures alone could also be read month first.</summary>
    public string Day(DateTimeOffset at) =>
        Local(at).ToString("d MMMM yyyy", CultureInfo.GetCultureInfo(CultureInfo.CurrentUICulture.Name));

    /// <summary>"14:05".</summary>
    public string Time(DateTimeOffset at) => Local(at).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>"oggi", "ieri", "3 novembre", "3 novembre 2025".</summary>
    public string Date(DateTimeOffset at)
    {
        var (day, today) = (DateOf(at), DateOf(clock.GetUtcNow()));
        return day == today ? common["Today"]
            : day == today.AddDays(-1) ? common["Yesterday"]
            : day.ToString(
                day.Year == today.Year ? "d MMMM" : "d MMMM yyyy", CultureInfo.GetCultureInfo(CultureInfo.CurrentUICulture.Name));
    }

    /// <summary>"oggi alle 14:05". The zone is elsewhere on the page.</summary>
    public string Moment(DateTimeOffset at) => common["DateAndTime", Date(at), Time(at)];

    public DateOnly DateOf(DateTimeOffset at) => DateOnly.FromDateTime(Local(at).DateTime);

    /// <summary>When a day begins where the viewer is; where clocks leave midnight out, an hour later.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        return new(midnight, _zone.GetUtcOffset(midnight));
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, _zone);

    private string ZoneOf(DateTimeOffset at) => ZoneNames.NameOf(_zone, at, CultureInfo.CurrentUICulture, city => common["ZoneOf", city]);

    private OpenableApp? Openable(string? clientId) =>
        clientId is not null && clients.Find(clientId) is { IsUnverified: false } client
        && (ClientHomes.HomeOf(client) ?? ClientHomes.StartOf(client, options)) is { } home
            ? new(client.Name, home)
            : null;
}
