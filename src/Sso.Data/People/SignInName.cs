using System.Text;
using Sso.Protocol;

namespace Sso.Data.People;

/// <summary>User names and e-mail addresses share one space of names, compared in one normal form and never by collation.</summary>
public static class SignInName
{
    /// <summary>Whatever Unicode or a database cannot hold (half a surrogate pair, NUL) becomes a character that no name has.</summary>
    public static string Normalize(string name) =>
        TypedText.Clean(name).Replace('\0', '\uFFFD').Normalize(NormalizationForm.FormKC).ToUpperInvariant();
}
