using System.Collections.Frozen;

namespace Sso.Accounts.Passwords;

/// <summary>
/// The most common passwords of leaked lists, so that they are refused without asking anybody (NIST SP 800-63B §3.1.1.2). Source and
/// licence: THIRD-PARTY-NOTICES.md.
/// </summary>
public static class CommonPasswords
{
    public const string Version = "@zxcvbn-ts/language-common 4.1.3";

    private static readonly Lazy<FrozenSet<string>> List = new(Read);

    public static int Count => List.Value.Count;

    /// <param name="password">In lower case.</param>
    public static bool Contains(string password) => List.Value.Contains(password);

    private static FrozenSet<string> Read()
    {
        using var reader = new StreamReader(typeof(CommonPasswords).Assembly.GetManifestResourceStream("CommonPasswords.txt")!);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
    }
}
