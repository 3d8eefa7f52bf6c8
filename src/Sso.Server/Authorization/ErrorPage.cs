namespace Sso.Server.Authorization;

internal static class ErrorPage
{
    extension(AuthorizationPageError error)
    {
        /// <summary>The page that tells a visitor of it.</summary>
        public string PageAddress => $"/error?about={error}";
    }
}
