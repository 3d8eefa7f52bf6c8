namespace Sso.Server.Http;

/// <summary>
/// The one form that uploads a file, and how large that may be. Multipart bodies are refused everywhere else, and this one is not read
/// before its sender is known to be allowed to send it.
/// </summary>
internal static class UploadAddress
{
    public const string Path = "/console/people/import";
    public const int LargestMebibytes = 8;
    public const int Largest = LargestMebibytes * 1024 * 1024;

    public static bool IsOf(HttpRequest request) => HttpMethods.IsPost(request.Method) && request.Path == Path;

    public static bool IsMultipart(HttpRequest request) =>
        request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true;
}
