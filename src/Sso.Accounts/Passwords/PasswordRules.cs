using System.Diagnostics;
using System.Text;
using Sso.Admin;
using Sso.Data.People;
using Sso.Data.Secrets;

namespace Sso.Accounts.Passwords;

/// <summary>Why a password is refused.</summary>
public enum PasswordFlaw
{
    TooShort,
    TooLong,

    /// <summary>One or two characters, a sequence, or a short piece repeated.</summary>
    Repetitive,

    /// <summary>On the list of common and breached ones, as it is or with digits and signs around it.</summary>
    Common,

    /// <summary>Made of the person's names or the name of the service.</summary>
    Personal,
}

/// <summary>Which passwords are accepted: length, a list, and context; no rules of composition (NIST SP 800-63B §3.1.1.2).</summary>
public static class PasswordRules
{
    /// <summary>A context word shorter than this is too likely to be part of an honest phrase.</summary>
    private const int ShortestWord = 3;

    /// <summary>How much must be left of a password once everything guessable is removed.</summary>
    private const int ShortestRest = 4;

    public static PasswordFlaw? FindFlaw(string password, PasswordPolicy policy, params IEnumerable<string?> ownWords)
    {
        if (PasswordHashing.IsTooLong(password))
        {
            return PasswordFlaw.TooLong;
        }

        var comparable = password.Normalize(NormalizationForm.FormC).ToLowerInvariant();
        var length = comparable.EnumerateRunes().Count();
        if (length < policy.Shortest)
        {
            return PasswordFlaw.TooShort;
        }

        if (IsSequence(comparable) || comparable.EnumerateRunes().Distinct().Count() < 3)
        {
            return PasswordFlaw.Repetitive;
        }

        if (RestWithout(comparable, ownWords.Append(policy.Service)) < ShortestRest)
        {
            return PasswordFlaw.Personal;
        }

        if (CommonPasswords.Contains(comparable) || CommonPasswords.Contains(WithoutEnds(comparable)))
        {
            return PasswordFlaw.Common;
        }

        return RepeatedPiece(comparable) switch
        {
            null => null,
            var piece when CommonPasswords.Contains(piece) || CommonPasswords.Contains(WithoutEnds(piece)) => PasswordFlaw.Common,
            var piece when piece.EnumerateRunes().Count() < PasswordPolicy.WithSecondFactor => PasswordFlaw.Repetitive,
            _ => null,
        };
    }

    /// <summary>The words about this person that strangers know.</summary>
    public static IEnumerable<string?> OwnWords(Person person) =>
        [person.UserName, person.Email, person.GivenName, person.FamilyName, person.Nickname];

    /// <summary>For operators.</summary>
    internal static Flaw Describe(PasswordFlaw flaw, PasswordPolicy policy) => flaw switch
    {
        PasswordFlaw.TooShort => new(
            $"The password has fewer than {policy.Shortest} characters.",
            "Choose a longer one; a few words in a row are easy to remember."),
        PasswordFlaw.TooLong => new(
            $"The password is longer than {PasswordHashing.LongestPassword} bytes.",
            "Choose a shorter one; 128 characters are always welcome."),
        PasswordFlaw.Repetitive => new("The password repeats itself or is a plain sequence.", "Choose one that is harder to guess."),
        PasswordFlaw.Common => new(
            "The password is on the list of those that are tried first.",
            "Choose one that nobody else has; a few words in a row are easy to remember."),
        PasswordFlaw.Personal =>
            new("The password is made of the names of the person or of the service.", "Choose one that others do not know."),
        _ => throw new UnreachableException(),
    };

    /// <summary>How many letters are neither part of one of the words nor a digit or a sign around them.</summary>
    private static int RestWithout(string password, IEnumerable<string?> words)
    {
        var found = false;
        var rest = password;
        foreach (var word in words.OfType<string>()
            .SelectMany(word => word.Split('@', '.', '-', '_', ' ').Append(word.Split('@')[0]).Append(word))
            .Select(word => word.Normalize(NormalizationForm.FormC).ToLowerInvariant())
            .Where(word => word.Length >= ShortestWord).Distinct()
            .OrderByDescending(word => word.Length))
        {
            found |= rest.Contains(word, StringComparison.Ordinal);
            rest = rest.Replace(word, " ", StringComparison.Ordinal);
        }

        return found ? rest.EnumerateRunes().Count(Rune.IsLetter) : password.Length;
    }

    private static string WithoutEnds(string password)
    {
        var start = password.TakeWhile(character => !char.IsLetter(character)).Count();
        var end = password.Reverse().TakeWhile(character => !char.IsLetter(character)).Count();
        return start == password.Length ? "" : password[start..^end];
    }

    /// <summary>The piece, at most half as long, of which the password consists; its last repetition may be cut off.</summary>
    private static string? RepeatedPiece(string password) =>
        (from length in Enumerable.Range(1, password.Length / 2)
         where password.AsSpan(length).SequenceEqual(password.AsSpan(0, password.Length - length))
         select password[..length]).FirstOrDefault();

    /// <summary>abcdef…, 987654…</summary>
    private static bool IsSequence(string password)
    {
        var step = password[1] - password[0];
        return step is 1 or -1 or 0 && password.Zip(password.Skip(1)).All(pair => pair.Second - pair.First == step);
    }
}
