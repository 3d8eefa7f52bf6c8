namespace Sso.Server.Pages.Console;

/// <summary>Names the texts that several pages of the console share: <c>Words.it.resx</c> and <c>Words.en.resx</c>.</summary>
internal sealed class Words
{
    private Words()
    {
    }
}
