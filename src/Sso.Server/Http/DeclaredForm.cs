using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Sso.Server.Http;

/// <summary>
/// A form in the charset that its sender declares, such as the ISO-8859-1 of a common Java client: its escaped bytes are in that charset
/// too, but the framework would read them as UTF-8. It is decoded when it is first needed.
/// </summary>
internal sealed class DeclaredForm(HttpRequest request, Encoding charset) : IFormFeature
{
    public bool HasFormContentType => true;

    public IFormCollection? Form { get; set; }

    /// <summary>Makes this request be read like this if necessary; false if its form is in a charset that we do not read.</summary>
    public static bool TryUse(HttpContext http)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) || !type.Charset.HasValue
            || !type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        var declared = HeaderUtilities.RemoveQuotes(type.Charset).ToString();
        var charset = Find(declared);
        if (charset is not null && !declared.Equals(Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase))
        {
            http.Features.Set<IFormFeature>(new DeclaredForm(http.Request, charset));
        }

        return charset is not null;
    }

    /// <summary>A thread is never kept waiting for what a browser still has to send: whoever comes first reads asynchronously.</summary>
    public IFormCollection ReadForm() => Form ?? throw new InvalidOperationException("The form was not read yet: use ReadFormAsync.");

    public async Task<IFormCollection> ReadFormAsync(CancellationToken cancellationToken)
    {
        if (Form is null)
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellationToken);
            using var reader = new FormReader(InUtf8(body.GetBuffer().AsSpan(0, (int)body.Length)));
            Form = new FormCollection(await reader.ReadFormAsync(cancellationToken));
        }

        return Form;
    }

    private string InUtf8(ReadOnlySpan<byte> form)
    {
        var (written, text) = (new StringBuilder(form.Length), new List<byte>());
        for (var at = 0; at < form.Length; at++)
        {
            switch (form[at])
            {
                case (byte)'&' or (byte)'=':
                    Flush();
                    written.Append((char)form[at]);
                    break;
                case (byte)'+':
                    text.Add((byte)' ');
                    break;
                case (byte)'%' when at + 2 < form.Length && Digit(form[at + 1]) is { } high && Digit(form[at + 2]) is { } low:
                    text.Add((byte)((high * 16) + low));
                    at += 2;
                    break;
                default:
                    text.Add(form[at]);
                    break;
            }
        }

        Flush();
        return written.ToString();

        void Flush()
        {
            written.Append(Uri.EscapeDataString(charset.GetString([.. text])));
            text.Clear();
        }
    }

    private static int? Digit(byte character) =>
        char.IsAsciiHexDigit((char)character) ? Convert.ToInt32(((char)character).ToString(), 16) : null;

    /// <summary>One byte is one character and ASCII is ASCII, so that guards in front of us find the same parameters; or null.</summary>
    private static Encoding? Find(string charset)
    {
        try
        {
            var found = Encoding.GetEncoding(charset.Equals("utf8", StringComparison.OrdinalIgnoreCase) ? Encoding.UTF8.WebName : charset);
            return found is ASCIIEncoding or UTF8Encoding ? Encoding.UTF8 : found.IsSingleByte && KeepsAscii(found) ? found : null;
        }
        catch (Exception exception) when (exception is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static bool KeepsAscii(Encoding encoding)
    {
        var ascii = Enumerable.Range(0, 128).Select(value => (byte)value).ToArray();
        return encoding.GetString(ascii) == Encoding.ASCII.GetString(ascii);
    }
}
