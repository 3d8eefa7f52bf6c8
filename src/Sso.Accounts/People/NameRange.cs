using System.Text;
using Sso.Data.People;

namespace Sso.Accounts.People;

/// <summary>
/// Those whose name begins with a text, as a range of an index: a pattern would be compared with every name there is on some databases.
/// </summary>
internal static class NameRange
{
    // Comparisons as the database makes them: each compares the characters of names, which are in one normal form.
#pragma warning disable CA1309, CA1310
    public static IQueryable<Person> WithUserName(this IQueryable<Person> people, string beginning)
    {
        var end = EndOf(beginning);
        return people.Where(person => string.Compare(person.NormalizedUserName, beginning) >= 0
            && string.Compare(person.NormalizedUserName, end) < 0);
    }

    public static IQueryable<Person> WithEmail(this IQueryable<Person> people, string beginning)
    {
        var end = EndOf(beginning);
        return people.Where(person => string.Compare(person.NormalizedEmail, beginning) >= 0
            && string.Compare(person.NormalizedEmail, end) < 0);
    }
#pragma warning restore CA1309, CA1310

    /// <summary>The first text behind all that begin like this: its last character is the next one.</summary>
    public static string EndOf(string beginning)
    {
        var last = beginning.EnumerateRunes().Last();
        if (last.Value == 0x10FFFF)
        {
            // There is no next one: only names that go on with the same character are behind this.
            return beginning + last;
        }

        // Between the two lie the halves of surrogate pairs, which are no characters.
        var next = last.Value == 0xD7FF ? 0xE000 : last.Value + 1;
        return beginning[..^last.Utf16SequenceLength] + new Rune(next);
    }
}
