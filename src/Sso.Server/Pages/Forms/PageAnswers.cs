using System.Buffers.Text;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;
using Sso.Data.Secrets;
using Sso.Server.Http;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Forms;

/// <summary>
/// What a page says in answer to a form, on its way from the form to the page: in a cookie, packed and sealed, for one address, for a
/// minute, shown once. None of it is kept here, so there is nothing that strangers could fill.
/// </summary>
internal sealed class PageAnswers(Sealer sealer, CookieNames cookies)
{
    private const string Purpose = "answer of a page";
    private const string FormsPurpose = "forms that wait for a proof";
    private const string BackPurpose = "page of a stale form";

    /// <summary>Of more that wait for a proof at a time, the oldest are forgotten.</summary>
    private const int MostForms = 8;

    /// <summary>Browsers refuse a cookie from 4096 bytes on, name and attributes included.</summary>
    private const int LongestCookie = 3900;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    /// <summary>As long as a flow, so whoever can still finish the proof finds the form as it was.</summary>
    private static readonly TimeSpan FormLifetime = TimeSpan.FromMinutes(20);

    /// <summary>The address of this page for a GET: the handler of a form is not part of it.</summary>
    public static string AddressOf(HttpRequest request) => request.Path.Add(QueryString.Create(
        request.Query.Where(pair => !string.Equals(pair.Key, "handler", StringComparison.OrdinalIgnoreCase))));

    /// <summary>The address of a page with this query, spelt as <see cref="AddressOf(HttpRequest)"/> spells it.</summary>
    public static string AddressOf(string path, string name, string value) => path + QueryString.Create(name, value);

    /// <summary>
    /// The page about a form that was not made for this browser, with the way back to the form's page: sealed, because that address may
    /// hold a mailed link, which belongs in no other address.
    /// </summary>
    public string StaleFormPage(string back)
    {
        var text = sealer.Seal(BackPurpose, Encoding.UTF8.GetBytes(back), TimeSpan.FromMinutes(20));
        return $"/error?about={Pages.Error.StaleForm}" + (text.Length > SealedInAddress.Longest ? "" : "&back=" + text);
    }

    /// <summary>Null if it was not sealed here, or too long ago.</summary>
    public string? OpenBack(string? text) => sealer.Open(BackPurpose, text) is { } back ? Encoding.UTF8.GetString(back) : null;

    /// <summary>
    /// Carries along what the page would say now: its errors, its status, and what is marked <see cref="CarriedAttribute"/>.
    /// </summary>
    public void Carry(PageModel page)
    {
        var (http, errors) = (page.HttpContext, new JsonArray());
        foreach (var (field, entry) in page.ModelState)
        {
            foreach (var error in entry.Errors)
            {
                errors.Add(new JsonArray(field, error.ErrorMessage));
            }
        }

        Append(
            http,
            new(NameOf(AddressOf(http.Request)), errors, TypedInto(page), http.Response.StatusCode, http.Response.Headers.RetryAfter),
            Lifetime);
    }

    /// <summary>
    /// Keeps what was typed into a form that did nothing, because its sender has to prove more first, until <see cref="RestoreForm"/>. The
    /// pages of that proof have answers of their own in the meantime. Forms of several tabs share the cookie: the newest are kept as they
    /// were typed, and the page of one for which no room is left says so.
    /// </summary>
    /// <param name="page">With the form.</param>
    /// <param name="sender">Nobody else who uses this browser sees it.</param>
    /// <param name="problem">What the page then says beside it.</param>
    /// <param name="lost">What it says if more was typed than a cookie holds.</param>
    public void KeepForm(PageModel page, Guid sender, string problem, string lost)
    {
        static Answer Said(string name, string text, JsonObject typed) =>
            new(name, [new JsonArray("", text)], typed, StatusCodes.Status200OK, RetryAfter: null);
        var http = page.HttpContext;
        var name = NameOf(sender, http.Request);
        List<Answer> whole =
        [
            Said(name, problem, TypedInto(page)),
            .. KeptForms(http).Where(other => other.Address != name).Take(MostForms - 1),
        ];
        List<Answer> kept = [.. whole.Select(form => Said(form.Address, lost, []))];
        for (var index = 0; index < whole.Count; index++)
        {
            var without = kept[index];
            kept[index] = whole[index];
            if (Seal(FormsPurpose, kept, FormLifetime).Length > LongestCookie)
            {
                kept[index] = without;
            }
        }

        http.Response.Cookies.Append(cookies.Form, Seal(FormsPurpose, kept, FormLifetime), cookies.Options(FormLifetime));
    }

    /// <summary>Gives the page what <see cref="KeepForm"/> kept for its address and whoever is at it, before its handler runs.</summary>
    public void RestoreForm(PageModel page, Guid sender)
    {
        var (http, kept) = (page.HttpContext, KeptForms(page.HttpContext));
        var name = NameOf(sender, http.Request);
        if (kept.Find(form => form.Address == name) is not { } answer)
        {
            return;
        }

        kept.Remove(answer);
        if (kept.Count == 0)
        {
            http.Response.Cookies.Delete(cookies.Form, cookies.Options());
        }
        else
        {
            http.Response.Cookies.Append(cookies.Form, Seal(FormsPurpose, kept, FormLifetime), cookies.Options(FormLifetime));
        }

        Give(page, answer);
    }

    /// <summary>Tells the page at an address something that belongs to none of its fields.</summary>
    public void Tell(HttpContext http, string address, string problem) =>
        Append(http, new(NameOf(address), [new JsonArray("", problem)], [], StatusCodes.Status200OK, RetryAfter: null), Lifetime);

    /// <summary>Keeps values of marked properties for whichever visit to the page at <paramref name="path"/> comes next.</summary>
    public void Keep(HttpContext http, string path, TimeSpan lifetime, params (string Property, JsonNode? Value)[] values) => Append(
        http,
        new(
            NameOf(path),
            [],
            new(values.Select(value => KeyValuePair.Create(value.Property, value.Value))),
            StatusCodes.Status200OK,
            RetryAfter: null),
        lifetime);

    /// <summary>Gives the page at this address what was carried along for it, before its handler runs.</summary>
    public void Restore(PageModel page)
    {
        var http = page.HttpContext;
        if (Open<Answer>(Purpose, http.Request.Cookies[cookies.Answer]) is not { } answer
            || (answer.Address != NameOf(AddressOf(http.Request)) && answer.Address != NameOf(http.Request.Path)))
        {
            return;
        }

        http.Response.Cookies.Delete(cookies.Answer, cookies.Options());
        Give(page, answer);
        http.Response.StatusCode = answer.Status;
        http.Response.Headers.RetryAfter = answer.RetryAfter;
    }

    private static void Give(PageModel page, Answer answer)
    {
        foreach (var error in answer.Errors)
        {
            page.ModelState.AddModelError((string)error![0]!, (string)error[1]!);
        }

        foreach (var property in CarriedOf(page).Where(property => answer.Carried.ContainsKey(property.Name)))
        {
            property.SetValue(page, answer.Carried[property.Name].Deserialize(property.PropertyType));
        }
    }

    private static JsonObject TypedInto(PageModel page) => new(CarriedOf(page).Select(property => KeyValuePair.Create(
        property.Name, JsonSerializer.SerializeToNode(property.GetValue(page), property.PropertyType))));

    /// <summary>An address holds a flow or a mailed link: too long for a cookie's name, and not meant for it.</summary>
    private static string NameOf(string address) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(address)));

    private static string NameOf(Guid sender, HttpRequest request) => NameOf($"{sender:N} {AddressOf(request)}");

    private static IEnumerable<PropertyInfo> CarriedOf(PageModel page) =>
        page.GetType().GetProperties().Where(property => property.IsDefined(typeof(CarriedAttribute)));

    private List<Answer> KeptForms(HttpContext http) => Open<List<Answer>>(FormsPurpose, http.Request.Cookies[cookies.Form]) ?? [];

    /// <summary>
    /// Of what is more than a cookie can hold the longest is left out, and the page says so: a form that came back with its former values
    /// and no word could be taken for one that was saved.
    /// </summary>
    private void Append(HttpContext http, Answer answer, TimeSpan lifetime)
    {
        var text = Seal(Purpose, answer, lifetime);
        if (text.Length > LongestCookie)
        {
            answer.Errors.Add(new JsonArray("", http.RequestServices.GetRequiredService<IStringLocalizer<Common>>()["TypedLost"].Value));
        }

        while (text.Length > LongestCookie && answer.Carried.Count > 0)
        {
            answer.Carried.Remove(answer.Carried.MaxBy(pair => pair.Value?.ToJsonString().Length ?? 0).Key);
            text = Seal(Purpose, answer, lifetime);
        }

        while (text.Length > LongestCookie && answer.Errors.Count > 1)
        {
            answer.Errors.RemoveAt(answer.Errors.Count - 2);
            text = Seal(Purpose, answer, lifetime);
        }

        http.Response.Cookies.Append(cookies.Answer, text, cookies.Options(lifetime));
    }

    /// <summary>Packed, because twenty addresses of one application are long and much alike.</summary>
    private string Seal<T>(string purpose, T said, TimeSpan lifetime)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            JsonSerializer.Serialize(deflate, said);
        }

        return sealer.Seal(purpose, packed.ToArray(), lifetime);
    }

    private T? Open<T>(string purpose, string? text)
        where T : class
    {
        if (sealer.Open(purpose, text) is not { } packed)
        {
            return null;
        }

        using var inflate = new DeflateStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<T>(inflate);
    }

    private sealed record Answer(string Address, JsonArray Errors, JsonObject Carried, int Status, string? RetryAfter);
}
