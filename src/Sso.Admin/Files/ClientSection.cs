using Microsoft.EntityFrameworkCore;
using Sso.Admin.Clients;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Files;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Files;

/// <summary>The applications of a file: those that an operator registers. One that registered itself manages itself.</summary>
internal sealed class ClientSection(
    SsoDbContext database, AddClient adding, ChangeClient changing, RemoveClient removing, SwitchClient switching)
    : FileSection(AppliedKind.Client)
{
    public override async Task<IReadOnlyDictionary<string, FieldValues>> CurrentAsync(CancellationToken cancellation) =>
        (await database.Clients.AsNoTracking().Where(client => !client.IsUnverified).ToListAsync(cancellation))
        .ToDictionary(client => client.Id, ValuesOf);

    public override async Task<Result<PreparedEntry, Refusal>> PrepareAsync(FileEntry entry, CancellationToken cancellation)
    {
        var found = await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == entry.Id, cancellation);
        var bare = ClientFields.All.Apply(new Client { Id = entry.Id, Name = "" }, entry.Values);
        return (adding.FindFlaw(bare) ?? IdentityFlaw(found, bare)) is { } flaw ? flaw
            : found is null ? await AddedAsync(bare, entry, cancellation)
            : await ChangedAsync(found, entry, cancellation);
    }

    public override async Task<Refusal?> RemoveAsync(string id, CancellationToken cancellation) =>
        (await removing.ExecuteAsync(id, cancellation)).Error;

    private async Task<Result<PreparedEntry, Refusal>> AddedAsync(Client bare, FileEntry entry, CancellationToken cancellation) =>
        (await adding.PrepareAsync(bare, cancellation)).Failed(out var refusal, out var prepared)
            ? refusal
            : new PreparedEntry(null, Switched(ValuesOf(prepared.Row), entry), async cancellation =>
                (await adding.WriteAsync(prepared, cancellation)).Failed(out var refusal, out var added) ? refusal
                    : await SwitchAsync(entry, isOn: true, cancellation) is { } flaw ? flaw
                    : new WrittenEntry(added.Secret, added.Warnings));

    private async Task<Result<PreparedEntry, Refusal>> ChangedAsync(
        ClientRegistration found, FileEntry entry, CancellationToken cancellation)
    {
        var prepared = changing.Prepare(found, client => ClientFields.All.Apply(client, entry.Values));
        var before = Managed(ValuesOf(found), entry);
        var after = Switched(ClientFields.ValuesOf(prepared.Stored), entry);
        if (after.Without(ClientFields.Disabled).Same(before.Without(ClientFields.Disabled)))
        {
            return new PreparedEntry(before, after, async cancellation =>
                await SwitchAsync(entry, found.DisabledAt is null, cancellation) is { } flaw ? flaw : WrittenEntry.Plain);
        }

        return (await changing.CheckAsync(prepared, cancellation)).Failed(out var refusal, out var sector)
            ? refusal
            : new PreparedEntry(before, after, async cancellation =>
                (await changing.WriteAsync(prepared, sector, cancellation)).Failed(out var refusal, out var changed) ? refusal
                    : await SwitchAsync(entry, found.DisabledAt is null, cancellation) is { } flaw ? flaw
                    : new WrittenEntry(null, changed.Warnings));
    }

    /// <summary>What makes a registration another application.</summary>
    private static Refusal? IdentityFlaw(ClientRegistration? found, Client bare)
    {
        var wanted = AddClient.Complete(bare);
        return found switch
        {
            null => null,
            { IsUnverified: true } => Refusal.Taken(
                "client_id", $"'{found.Id}' registered itself, and changes its registration itself.", "Leave it out of the file."),
            _ when ClientFields.StoredType(wanted) != found.Type => Refusal.Invalid(new FieldProblem(
                "type", $"'{found.Id}' is of the type {ClientFields.WordOf(found.Type)}, which stays.", "Register another client.")),
            _ when bare.Pairwise != found.Pairwise => Refusal.Invalid(new FieldProblem(
                "pairwise", $"The people of '{found.Id}' have subjects that stay as they are.", "Register another client.")),
            _ => null,
        };
    }

    private async Task<Refusal?> SwitchAsync(FileEntry entry, bool isOn, CancellationToken cancellation) =>
        !entry.Values.Has(ClientFields.Disabled) || entry.Values[ClientFields.Disabled] is ["true"] != isOn ? null
            : isOn ? (await switching.DisableAsync(entry.Id, cancellation)).Error
            : (await switching.EnableAsync(entry.Id, cancellation)).Error;

    private static FieldValues ValuesOf(ClientRegistration client) => ClientFields.ValuesOf(ClientView.Of(client));

    private static FieldValues Switched(FieldValues values, FileEntry entry) =>
        entry.Values.Has(ClientFields.Disabled)
            ? values.With(ClientFields.Disabled, entry.Values[ClientFields.Disabled])
            : values.Without(ClientFields.Disabled);

    /// <summary>As it is, as far as the file speaks of it: whether an application is off only if the file says that, either way.</summary>
    internal static FieldValues Managed(FieldValues values, FileEntry entry) =>
        entry.Kind != AppliedKind.Client ? values
        : entry.Values.Has(ClientFields.Disabled) ? values.With(ClientFields.Disabled, values.Has(ClientFields.Disabled) ? "true" : "false")
        : values.Without(ClientFields.Disabled);
}
