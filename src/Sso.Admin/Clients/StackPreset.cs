using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>
/// With what an application is built, as far as that says to which addresses browsers come back, and what its author writes where. Each is
/// a file in the folder <c>Stacks</c>, which is shown, printed and tested as it is.
/// </summary>
public sealed partial class StackPreset
{
    private const string Folder = "Stacks/";
    private const string End = "\n---\n";

    public static readonly ImmutableArray<StackPreset> All =
    [
        .. typeof(StackPreset).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => new StackPreset(name[Folder.Length..], Read(name)))
            .OrderBy(stack => stack.Title, StringComparer.OrdinalIgnoreCase),
    ];

    private readonly FrozenDictionary<string, string> _facts;
    private readonly string _template;

    private StackPreset(string id, string text)
    {
        var end = text.IndexOf(End, StringComparison.Ordinal);
        (Id, _template) = (id, text[(end + End.Length)..]);
        _facts = text[..end].Split('\n').Select(line => line.Split(": ", 2)).ToFrozenDictionary(line => line[0], line => line[1]);
        Type = Enum.Parse<ClientType>(_facts["type"], ignoreCase: true);
    }

    public string Id { get; }

    /// <summary>A proper name, the same in every language.</summary>
    public string Title => _facts["title"];

    /// <summary>The only type of client that is built with it.</summary>
    public ClientType Type { get; }

    /// <summary>
    /// Below the address of the application, or whole; <c>{id}</c> stands for the client id, <c>{reversed}</c> for the host, backwards.
    /// </summary>
    public string Callback => _facts["callback"];

    /// <summary>True if the addresses follow only from where the application is.</summary>
    public bool NeedsAddress => !Callback.Contains("://", StringComparison.Ordinal);

    /// <summary>Where people arrive after a sign-out, below the address of the application; null where they arrive nowhere.</summary>
    public string? SignedOut => _facts.GetValueOrDefault("signed-out");

    /// <summary>What the file of the snippet is called.</summary>
    public string FileName => _facts["file"];

    /// <summary>What goes wrong most often.</summary>
    /// <param name="language">Two letters.</param>
    public string Pitfall(string language) => In("pitfall", language);

    /// <summary>How a sign-out there ends the session here.</summary>
    /// <param name="language">Two letters.</param>
    public string SignOut(string language) => In("sign-out", language);

    public static StackPreset? Find(string? id) => All.FirstOrDefault(stack => stack.Id == id);

    /// <summary>The address of an application as people type it, with or without a scheme; null if it is none.</summary>
    public static Uri? AddressOf(string typed)
    {
        var text = typed.Trim();
        return Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text}", UriKind.Absolute, out var address)
            && address.Scheme is "https" or "http" && address.Host.Length > 0
                ? address
                : null;
    }

    /// <summary>
    /// The client with the addresses that follow from where it is and what it is built with. Null if nothing follows without knowing where
    /// it is.
    /// </summary>
    /// <param name="client">As far as it is known.</param>
    /// <param name="address">Of the application; anything after host and path is left out. Null if that is unknown.</param>
    /// <param name="stack">Null for any other than these.</param>
    public static Client? Propose(Client client, Uri? address, StackPreset? stack)
    {
        if (client.Type is ClientType.Machine or ClientType.Device)
        {
            return client;
        }

        var callback = (stack?.Callback ?? "/callback").Replace("{id}", client.Id, StringComparison.Ordinal);
        if (address is null)
        {
            return callback.Contains("://", StringComparison.Ordinal) ? client with { RedirectUris = [callback] } : null;
        }

        var home = address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        var signedOut = stack is null ? "/" : stack.SignedOut;
        return client with
        {
            RedirectUris =
            [
                callback.StartsWith('/')
                    ? home + callback
                    : callback.Replace("{reversed}", string.Join('.', address.Host.Split('.').Reverse()), StringComparison.Ordinal),
            ],
            PostLogoutRedirectUris = client.PostLogoutRedirectUris.Count > 0 ? client.PostLogoutRedirectUris
                : signedOut is null ? []
                : [home + signedOut],
        };
    }

    /// <summary>
    /// What the author of this application writes, with its own values; the secret is never among them, because it belongs into the
    /// environment. A line about the address after a sign-out is left out where none is registered. Null for an application of another
    /// type, for one without an address, for one that must do more than the code does, and for one whose addresses a program could take
    /// for more than text.
    /// </summary>
    public string? SnippetFor(Client client, string issuer)
    {
        if (client.Type != Type || client.RedirectUris.Count == 0 || !IsPlain(client))
        {
            return null;
        }

        var redirectUri = client.RedirectUris[0];
        var home = HomeOf(client, redirectUri);
        var signedOut = client.PostLogoutRedirectUris.Count > 0 ? client.PostLogoutRedirectUris[0] : null;
        // A middleware answers it itself: the home page would be gone.
        var signedOutCallback = signedOut is null || PathOf(signedOut) == "/" || signedOut.TrimEnd('/') == home ? null : PathOf(signedOut);
        var values = new Dictionary<string, string?>
        {
            ["issuer"] = issuer,
            ["client_id"] = client.Id,
            ["redirect_uri"] = redirectUri,
            ["redirect_path"] = PathOf(redirectUri),
            ["signed_out_uri"] = signedOut,
            ["signed_out_path"] = signedOut is null ? null : PathOf(signedOut),
            ["signed_out_callback"] = signedOutCallback,
            // What it sends otherwise, an address of its own, is not registered; an empty one is none.
            ["signed_out_instead"] = signedOutCallback is null ? signedOut ?? "" : null,
            ["signed_out_encoded"] = signedOut is null ? null : Uri.EscapeDataString(signedOut),
            ["home"] = home,
            ["home_path"] = PathOf(home),
            ["origin"] = redirectUri.EndsWith(PathOf(redirectUri), StringComparison.Ordinal)
                ? redirectUri[..^PathOf(redirectUri).Length]
                : redirectUri,
        };
        if (values.Values.Any(value => value is not null && !Plain().IsMatch(value)))
        {
            return null;
        }

        return string.Join(
            '\n',
            _template.Split('\n').Where(line => Placeholder().Matches(line).All(match => values[match.Groups[1].Value] is not null))
                .Select(line => Placeholder().Replace(line, match => values[match.Groups[1].Value]!)));
    }

    /// <summary>
    /// True for what the code of a stack does: a secret that is sent, or none in an installed program, and requests and tokens as usual.
    /// </summary>
    private bool IsPlain(Client client) =>
        client is
        {
            DpopBound: false, CertificateBound: false, RequiresPushedRequests: false, RequiresSignedRequests: false,
            IdTokenEncryption: null,
        }
        && (Type == ClientType.Native
            ? client.AuthenticationMethod == ClientAuthenticationMethod.None
            : client.AuthenticationMethod is ClientAuthenticationMethod.ClientSecretBasic or ClientAuthenticationMethod.ClientSecretPost);

    /// <summary>The address of the application, as far as its redirect URI tells.</summary>
    private string HomeOf(Client client, string redirectUri)
    {
        var callback = Callback.Replace("{id}", client.Id, StringComparison.Ordinal);
        return redirectUri.EndsWith(callback, StringComparison.Ordinal) ? redirectUri[..^callback.Length]
            : new Uri(redirectUri).GetLeftPart(UriPartial.Authority);
    }

    /// <summary>Character by character as it is registered.</summary>
    private static string PathOf(string uri)
    {
        var start = uri.IndexOf('/', uri.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0);
        return start < 0 ? "/" : uri[start..];
    }

    private string In(string fact, string language) => _facts.GetValueOrDefault($"{fact}.{language}") ?? _facts[$"{fact}.en"];

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(StackPreset).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"\{\{([a-z_]+)\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    /// <summary>Between quotation marks it is the same text in every language of the snippets.</summary>
    [GeneratedRegex("""^[^\s'"`$\\<>{}]*\z""", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
