using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using Sso.Data.Secrets;

namespace Sso.Server.Http;

/// <summary>
/// Forms posted by a page of another site. They arrive without our cookies, which are Lax, so nothing is decided by them: the browser comes
/// again with a GET of the sealed form.
/// </summary>
internal sealed class PostedForms(Sealer sealer)
{
    private const string Purpose = "posted to ";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>From where the endpoint at <paramref name="path"/> reads the form; null if it would be too long for a URL.</summary>
    public string? AddressOf(string path, OpenIddictRequest form)
    {
        var posted = sealer.Seal(Purpose + path, Encoding.UTF8.GetBytes(form.ToForm()), Lifetime);
        return posted.Length > SealedInAddress.Longest ? null : $"{path}?posted={posted}";
    }

    /// <summary>What a GET brings: the form that was posted to <paramref name="path"/> before, or else its query.</summary>
    public OpenIddictRequest Read(HttpRequest request, string path)
    {
        var query = request.Query["posted"] is [{ } posted] && sealer.Open(Purpose + path, posted) is { } form
            ? QueryHelpers.ParseQuery(Encoding.UTF8.GetString(form))
            : (IEnumerable<KeyValuePair<string, StringValues>>)request.Query;
        return RequestParameters.Read(Pairs(query));
    }

    /// <summary>What a POST brings.</summary>
    public static async Task<OpenIddictRequest> ReadFormAsync(HttpRequest request, CancellationToken cancellation) =>
        RequestParameters.Read(Pairs(await request.ReadFormAsync(cancellation)));

    private static IEnumerable<KeyValuePair<string, string?>> Pairs(IEnumerable<KeyValuePair<string, StringValues>> values) =>
        values.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
}
