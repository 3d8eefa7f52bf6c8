using System.Text;
using System.Text.RegularExpressions;
using Sso.Testing;

namespace Sso.Server.Tests.Errors;

/// <summary>The errors as the source writes them: code and description, with * for what is put in.</summary>
internal static partial class ErrorSources
{
    public static IReadOnlySet<(string Code, string Description)> Read()
    {
        var found = new HashSet<(string, string)>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories))
        {
            if (file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin" or "Migrations"))
            {
                continue;
            }

            var source = File.ReadAllText(file);
            foreach (Match call in InvalidRequests().Matches(source))
            {
                found.UnionWith(Texts(source, call.Index + call.Length - 1).Select(text => ("invalid_request", text)));
            }

            var creations = Path.GetFileName(file) == "OAuthError.cs" ? Creations().Matches(source) : NamedCreations().Matches(source);
            foreach (Match creation in creations)
            {
                if (Texts(source, creation.Index + creation.Length - 1) is [var code, var description, ..]
                    && description.Contains(' ', StringComparison.Ordinal))
                {
                    found.Add((code, description));
                }
            }
        }

        return found;
    }

    /// <summary>The string literals directly within the parentheses that begin here.</summary>
    private static List<string> Texts(string source, int start)
    {
        var (texts, depth) = (new List<string>(), 0);
        for (var at = start; ; at++)
        {
            switch (source[at])
            {
                case '(':
                    depth++;
                    break;
                case ')' when --depth == 0:
                    return texts;
                case '\'':
                    at += source[at + 1] == '\\' ? 3 : 2;
                    break;
                case '"':
                    var text = ReadText(source, ref at, source[at - 1] == '$');
                    if (depth == 1)
                    {
                        texts.Add(text);
                    }

                    break;
            }
        }
    }

    private static string ReadText(string source, ref int at, bool isInterpolated)
    {
        var text = new StringBuilder();
        for (at++; source[at] != '"'; at++)
        {
            if (isInterpolated && source[at] == '{')
            {
                SkipHole(source, ref at);
                text.Append('*');
            }
            else
            {
                text.Append(source[at] == '\\' ? source[++at] : source[at]);
            }
        }

        return text.ToString();
    }

    private static void SkipHole(string source, ref int at)
    {
        var (depth, isQuoted) = (1, false);
        while (depth > 0)
        {
            at++;
            isQuoted ^= source[at] == '"';
            depth += isQuoted ? 0 : source[at] switch { '{' => 1, '}' => -1, _ => 0 };
        }
    }

    [GeneratedRegex(@"OAuthError\.InvalidRequest\(")]
    private static partial Regex InvalidRequests();

    [GeneratedRegex(@"new(?: OAuthError)?\(")]
    private static partial Regex Creations();

    [GeneratedRegex(@"new OAuthError\(")]
    private static partial Regex NamedCreations();
}
