using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;

namespace Sso.Accounts.Overview;

/// <summary>
/// One file with everything that is held about the person who asks for it. The page has demanded a fresh proof; the owner is told by mail.
/// </summary>
public sealed class DataExport(SsoDbContext database, Sealer sealer, SecurityMails mails, TimeProvider clock)
{
    /// <summary>It is a file, never a page, so letters may stay letters.</summary>
    private static readonly ExportJson Json = new(
        new JsonSerializerOptions(ExportJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    public async Task<byte[]> WriteAsync(Visit visit, SignInRow signIn, CancellationToken cancellation)
    {
        var (id, now) = (signIn.PersonId, clock.GetUtcNow());
        var person = await database.Users.SingleAsync(row => row.Id == id, cancellation);
        database.SecurityEvents.Add(SecurityEvent.DataExported(now, id, signIn.SessionId));
        mails.Tell(database, visit, person, MailTable.DataExported);
        await database.SaveChangesAsync(cancellation);
        var names = await database.Clients.AsNoTracking().ToDictionaryAsync(row => row.Id, row => row.Name, cancellation);
        var data = new ExportedData
        {
            ExportedAt = now,
            Profile = ProfileOf(person),
            Methods = await MethodsAsync(id, cancellation),
            ContactChanges = await ContactChangesAsync(id, cancellation),
            RecoveryCodesLeft = await database.RecoveryCodes.CountAsync(row => row.PersonId == id && row.UsedAt == null, cancellation),
            Sessions = await database.Sessions.Where(row => row.PersonId == id).OrderBy(row => row.CreatedAt)
                .Select(row => new ExportedSession(row.CreatedAt, row.LastSeenAt, row.SignedInAt, row.EndedAt, row.Address, row.UserAgent))
                .ToListAsync(cancellation),
            TrustedDevices = await database.TrustedDevices.Where(row => row.PersonId == id).OrderBy(row => row.CreatedAt)
                .Select(row => new ExportedDevice(row.CreatedAt, row.LastUsedAt, row.ExpiresAt, row.Address, row.UserAgent))
                .ToListAsync(cancellation),
            KnownBrowsersLastSeenAt = await database.KnownBrowsers.Where(row => row.PersonId == id).OrderBy(row => row.LastSeenAt)
                .Select(row => row.LastSeenAt).ToListAsync(cancellation),
            Applications = await AppsAsync(id, names, cancellation),
            SignOutsTold = await SignOutsAsync(id, names, cancellation),
            Requests = await RequestsAsync(id, names, cancellation),
            MailedLinks = await LinksAsync(id, cancellation),
            NoticesByText = await NoticesAsync(id, cancellation),
            Activity = await ActivityAsync(id, cancellation),
            LostFactorsReplaceableAt = signIn.RecoveryReadyAt,
            DeletionDueAt = signIn.DeletionDueAt,
            ConsoleRole = await RoleAsync(id, cancellation),
        };
        return JsonSerializer.SerializeToUtf8Bytes(data, Json.ExportedData);
    }

    private static ExportedProfile ProfileOf(Person person)
    {
        (string Name, string? Value)[] claims =
        [
            ("name", person.Name), ("given_name", person.GivenName), ("family_name", person.FamilyName), ("middle_name", person.MiddleName),
            ("nickname", person.Nickname), ("profile", person.ProfilePage),
            ("picture", person.Picture), ("website", person.Website), ("gender", person.Gender),
            ("birthdate", person.Birthdate), ("zoneinfo", person.ZoneInfo),
            ("locale", person.Locale), ("street_address", person.StreetAddress),
            ("locality", person.Locality), ("region", person.Region), ("postal_code", person.PostalCode), ("country", person.Country),
        ];
        return new ExportedProfile
        {
            Subject = person.Id.ToString("N"),
            UserName = person.UserName!,
            ExternalId = person.ExternalId,
            Email = person.Email,
            EmailVerified = person.EmailConfirmed,
            HasPassword = person.PasswordHash is not null,
            CreatedAt = person.CreatedAt,
            UpdatedAt = person.UpdatedAt,
            LastAccessAt = person.LastAccessAt,
            LastAccessAddress = person.LastAccessAddress,
            Claims = claims.Where(claim => claim.Value is not null).ToDictionary(claim => claim.Name, claim => claim.Value!),
        };
    }

    private async Task<ExportedRole?> RoleAsync(Guid personId, CancellationToken cancellation) =>
        await database.Administrators.AsNoTracking().SingleOrDefaultAsync(row => row.PersonId == personId, cancellation) is { } role
            ? new ExportedRole(
                role.Role.ToString(),
                role.CreatedAt,
                await database.ManagedClients.Where(row => row.PersonId == personId).Select(row => row.ClientId).ToListAsync(cancellation))
            : null;

    private async Task<IReadOnlyList<ExportedMethod>> MethodsAsync(Guid personId, CancellationToken cancellation)
    {
        var factors = await database.SecondFactors.AsNoTracking()
            .Where(row => row.PersonId == personId && row.Method != ProofMethod.RecoveryCode)
            .OrderBy(row => row.CreatedAt).ThenBy(row => row.Method).ToListAsync(cancellation);
        return
        [
            .. from factor in factors
               let isNumber = factor.Method == ProofMethod.TextMessage
               select new ExportedMethod(
                   factor.Method.ToString(),
                   factor.Name,
                   isNumber ? factor.NumberBy(sealer) : null,
                   factor.UsedForSignIn,
                   isNumber && factor.UsedForNotices,
                   factor.ActivatedAt,
                   factor.LastUsedAt),
        ];
    }

    private async Task<IReadOnlyList<ExportedContactChange>> ContactChangesAsync(Guid personId, CancellationToken cancellation)
    {
        var changes = await database.ContactChanges.AsNoTracking().Where(row => row.PersonId == personId)
            .OrderBy(row => row.CreatedAt).ToListAsync(cancellation);
        return
        [
            .. changes.Select(row => new ExportedContactChange(
                row.Kind.ToString(),
                row.CreatedAt,
                row.DoneAt,
                row.UndoneAt,
                row.NewEmail,
                row.OldEmail,
                row.OldNumber is { } number ? sealer.UnprotectText(ContactChange.ContextOf(row.Id), number) : null)),
        ];
    }

    private async Task<IReadOnlyList<ExportedApp>> AppsAsync(
        Guid personId, Dictionary<string, string> names, CancellationToken cancellation)
    {
        var consents = await database.Consents.AsNoTracking().Where(row => row.PersonId == personId).ToListAsync(cancellation);
        var grants = await database.Grants.AsNoTracking().Where(row => row.PersonId == personId)
            .OrderBy(row => row.CreatedAt).ToListAsync(cancellation);
        return
        [
            .. consents.Select(
                row => new ExportedApp(
                    row.ClientId, names.GetValueOrDefault(row.ClientId), row.Scopes, row.GivenAt, EndedAt: null, ByConsent: true)),
            .. grants.Select(row => new ExportedApp(
                row.ClientId, names.GetValueOrDefault(row.ClientId), row.Scopes, row.CreatedAt, row.RevokedAt, ByConsent: false)
            {
                Claims = row.UserInfoClaims.Count > 0 ? row.UserInfoClaims : null,
                Resources = row.Resources.Count > 0 ? row.Resources : null,
                AuthorizationDetails = row.AuthorizationDetails is { } details ? JsonElement.Parse(details) : null,
            }),
        ];
    }

    private async Task<IReadOnlyList<ExportedSignOut>> SignOutsAsync(
        Guid personId, Dictionary<string, string> names, CancellationToken cancellation)
    {
        var told = await database.LogoutNotices.AsNoTracking().Where(row => row.PersonId == personId)
            .OrderBy(row => row.CreatedAt).ToListAsync(cancellation);
        return
        [
            .. told.Select(row => new ExportedSignOut(
                row.ClientId, names.GetValueOrDefault(row.ClientId), row.CreatedAt, row.Status.ToString(), row.Attempts, row.DoneAt)),
        ];
    }

    private async Task<IReadOnlyList<ExportedRequest>> RequestsAsync(
        Guid personId, Dictionary<string, string> names, CancellationToken cancellation)
    {
        var requests = await database.WaitingRequests.AsNoTracking().Where(row => row.PersonId == personId)
            .OrderBy(row => row.CreatedAt).ToListAsync(cancellation);
        return
        [
            .. requests.Select(row => new ExportedRequest(
                row.ClientId, names.GetValueOrDefault(row.ClientId), row.CreatedAt, row.ExpiresAt, row.ApprovedAt, row.DeniedAt)),
        ];
    }

    private async Task<IReadOnlyList<ExportedLink>> LinksAsync(Guid personId, CancellationToken cancellation)
    {
        var links = await database.MailedLinks.AsNoTracking().Where(row => row.PersonId == personId)
            .OrderBy(row => row.CreatedAt).ToListAsync(cancellation);
        return [.. links.Select(row => new ExportedLink(row.Purpose.ToString(), row.CreatedAt, row.ExpiresAt, row.UsedAt))];
    }

    private async Task<IReadOnlyList<ExportedText>> NoticesAsync(Guid personId, CancellationToken cancellation)
    {
        var texts = await database.OutgoingTexts.AsNoTracking().Where(row => row.PersonId == personId)
            .OrderBy(row => row.CreatedAt).ToListAsync(cancellation);
        return [.. texts.Select(row => new ExportedText(row.Notice.ToString()!, row.CreatedAt, row.Status.ToString()))];
    }

    private async Task<IReadOnlyList<ExportedEvent>> ActivityAsync(Guid personId, CancellationToken cancellation)
    {
        var events = await database.SecurityEvents.AsNoTracking()
            .Where(row => row.PersonId == personId).OrderBy(row => row.At).ThenBy(row => row.Id)
            .ToListAsync(cancellation);
        return [.. events.Select(Exported)];
    }

    private static ExportedEvent Exported(SecurityEvent item)
    {
        var facts = EventFacts.Of(item);
        return new(item.At, item.Kind.ToString(), facts.Detail, item.Reason, item.Changes, item.ClientId, item.Address)
        {
            Methods = facts.Methods.Count == 0 ? null : [.. facts.Methods.Select(method => method.ToString())],
            Browser = facts.Device?.Browser,
            System = facts.Device?.System,
        };
    }
}
