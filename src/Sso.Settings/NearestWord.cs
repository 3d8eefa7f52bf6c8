namespace Sso.Settings;

/// <summary>What was probably meant by somebody who mistyped a name.</summary>
public static class NearestWord
{
    /// <summary>Null if nothing is near: a third of the word may differ, or two letters of a longer one.</summary>
    /// <param name="typed">As it was written.</param>
    /// <param name="words">Those there are.</param>
    /// <param name="most">So many letters may differ at most.</param>
    public static string? Of(string typed, IEnumerable<string> words, int most = int.MaxValue)
    {
        var folded = Folded(typed);
        return words.Select(word => (Word: word, Distance: Distance(folded, Folded(word))))
            .Where(pair => pair.Distance <= Math.Min(most, Math.Max(pair.Word.Length > 3 ? 2 : 1, pair.Word.Length / 3)))
            .OrderBy(pair => pair.Distance).Select(pair => pair.Word).FirstOrDefault();
    }

    /// <summary>A sentence for the end of another; empty if nothing is near.</summary>
    public static string Asked(string typed, IEnumerable<string> words) => Of(typed, words) is { } word ? $"Did you mean {word}?" : "";

    private static string Folded(string text) => text.ToLowerInvariant().Replace('_', '-').TrimStart('-');

    /// <summary>How many letters have to be added, left out, replaced, or exchanged with their neighbours.</summary>
    private static int Distance(string one, string other)
    {
        var distances = new int[one.Length + 1, other.Length + 1];
        for (var row = 0; row <= one.Length; row++)
        {
            for (var column = 0; column <= other.Length; column++)
            {
                distances[row, column] = row == 0 || column == 0
                    ? row + column
                    : Math.Min(
                        Math.Min(distances[row - 1, column], distances[row, column - 1]) + 1,
                        distances[row - 1, column - 1] + (one[row - 1] == other[column - 1] ? 0 : 1));
                if (row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1])
                {
                    distances[row, column] = Math.Min(distances[row, column], distances[row - 2, column - 2] + 1);
                }
            }
        }

        return distances[one.Length, other.Length];
    }
}
