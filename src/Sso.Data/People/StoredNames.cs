using Microsoft.EntityFrameworkCore;

namespace Sso.Data.People;

/// <summary>The normal forms of names that a version with other rules stored (<see cref="SignInName"/>).</summary>
internal static class StoredNames
{
    private sealed record Names(Guid Id, string UserName, string? Email, string NormalizedUserName, string? NormalizedEmail)
    {
        public Names Anew() => this with
        {
            NormalizedUserName = SignInName.Normalize(UserName),
            NormalizedEmail = Email is null ? null : SignInName.Normalize(Email),
        };
    }

    /// <summary>
    /// Brings each to the rules of today, so that its owner is found by what they type. A name that somebody else has by now keeps its old
    /// form: a changed rule must not let anybody into another's account.
    /// </summary>
    public static async Task RenormalizeAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var changed = new List<Names>();
        var people = database.Users.AsNoTracking()
            .Select(row => new Names(row.Id, row.UserName!, row.Email, row.NormalizedUserName!, row.NormalizedEmail));
        await foreach (var stored in people.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            if (stored.Anew() is var today && today != stored)
            {
                changed.Add(today);
            }
        }

        foreach (var names in changed)
        {
            var (name, email) = (names.NormalizedUserName, names.NormalizedEmail);
            if (!await database.IsNameTakenAsync(name, names.Id, cancellation)
                && (email is null || !await database.IsNameTakenAsync(email, names.Id, cancellation)))
            {
                await database.Users.Where(row => row.Id == names.Id && row.UserName == names.UserName && row.Email == names.Email)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(row => row.NormalizedUserName, name).SetProperty(row => row.NormalizedEmail, email),
                        cancellation);
            }
        }
    }
}
