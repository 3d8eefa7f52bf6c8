using Sso.Admin.Brands;

namespace Sso.Server.Http;

/// <summary>
/// The forms that upload a file, and how large that may be. Multipart bodies are refused everywhere else, and none of these is read before
/// its sender is known to be allowed to send it.
/// </summary>
/// <param name="Path">Of the page with the form.</param>
/// <param name="Amount">The most, as its page says it.</param>
/// <param name="Unit">Of the amount, in bytes.</param>
internal sealed record UploadAddress(string Path, int Amount, int Unit)
{
    public static readonly UploadAddress People = new("/console/people/import", 8, 1024 * 1024);

    public static readonly UploadAddress Logo = new("/console/brand/logo", BrandLogo.Largest / 1024, 1024);

    public int Largest => Amount * Unit;

    /// <summary>Null for a request that may bring no file.</summary>
    public static UploadAddress? Of(HttpRequest request) => !HttpMethods.IsPost(request.Method) ? null
        : request.Path == People.Path ? People
        : request.Path == Logo.Path ? Logo
        : null;

    public static bool IsMultipart(HttpRequest request) =>
        request.ContentType?.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase) == true;
}
