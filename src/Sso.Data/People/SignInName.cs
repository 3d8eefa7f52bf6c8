using System.Text;

namespace Sso.Data.People;

/// <summary>User names and e-mail addresses share one space of names, compared in one normal form and never by collation.</summary>
public static class SignInName
{
    public static string Normalize(string name) => name.Trim().Normalize(NormalizationForm.FormKC).ToUpperInvariant();
}
