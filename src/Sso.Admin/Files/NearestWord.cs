namespace Sso.Admin.Files;

/// <summary>What was probably meant.</summary>
internal static class NearestWord
{
    /// <summary>Null if nothing is near: a third of the word may differ, and two letters that changed places.</summary>
    public static string? Of(string typed, IEnumerable<string> words)
    {
        var folded = Folded(typed);
        return words.Select(word => (Word: word, Distance: Distance(folded, Folded(word))))
            .Where(pair => pair.Distance <= Math.Max(pair.Word.Length > 3 ? 2 : 1, pair.Word.Length / 3))
            .OrderBy(pair => pair.Distance).Select(pair => pair.Word).FirstOrDefault();
    }

    /// <summary>A sentence for the end of another; empty if nothing is near.</summary>
    public static string Asked(string typed, IEnumerable<string> words) => Of(typed, words) is { } word ? $"Did you mean {word}?" : "";

    private static string Folded(string text) => text.ToLowerInvariant().Replace('_', '-').TrimStart('-');

    /// <summary>How many letters have to be added, left out or replaced.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        foreach (var letter in one)
        {
            var corner = row[0]++;
            for (var column = 1; column < row.Length; column++)
            {
                var replaced = corner + (other[column - 1] == letter ? 0 : 1);
                corner = row[column];
                row[column] = Math.Min(replaced, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[^1];
    }
}
