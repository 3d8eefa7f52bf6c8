namespace Sso.Server.Pages.Shared;

/// <summary>Names the texts that several pages share: <c>Common.it.resx</c> and <c>Common.en.resx</c>.</summary>
internal sealed class Common
{
    private Common()
    {
    }
}
