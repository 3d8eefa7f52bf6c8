using FluentValidation;

namespace Sso.Admin.Brands;

/// <summary>What a brand may be: every resulting pair of colours has enough contrast in both schemes, and nothing in it is code.</summary>
internal sealed class BrandRules : AbstractValidator<BrandInput>
{
    public const int MostHosts = 20;
    private const int LargestRadius = 12;
    private const int LongestName = 60;

    public BrandRules()
    {
        RuleFor(brand => brand.Id)
            .Matches("^[a-z0-9-]{1,40}\\z")
            .Says("The id must have 1 to 40 lower-case letters, digits or -.", "Choose an id such as nuvola.");
        RuleFor(brand => brand.Name).HasNoFlaw((_, name) => NameFlaw("name", name));
        RuleFor(brand => brand.SenderName).HasNoFlaw((_, name) => string.IsNullOrEmpty(name) ? null : NameFlaw("sender name", name));
        RuleFor(brand => brand.Radius)
            .InclusiveBetween(0, LargestRadius).Says($"The radius must be 0 to {LargestRadius} pixels.", "Leave it out for 6.");
        ColoursAreReadable();
        LinksAreSound();
        RuleFor(brand => brand.Logo).HasNoFlaw((_, file) =>
        {
            if (file is null)
            {
                return null;
            }

            BrandLogo.Clean(file, out var flaw);
            return flaw;
        });
        RuleFor(brand => brand.Hosts)
            .HasBetween(0, MostHosts)
            .Says($"There may be at most {MostHosts} host names.", "Remove those that are not in use.");
        RuleForEach(brand => brand.Hosts)
            .Must(host => Uri.CheckHostName(host) == UriHostNameType.Dns && host.Length <= 253)
            .Says("A host is a name without scheme, port and path.", "Give it as in login.nuvola.example.");
    }

    private void ColoursAreReadable()
    {
        RuleFor(brand => brand.Accent)
            .HasNoFlaw((_, text) => ColourFlaw(text, colour => AccentShades.FindFlaw(colour, AccentShades.Light)));
        RuleFor(brand => brand.DarkAccent).HasNoFlaw((_, text) =>
            string.IsNullOrEmpty(text) ? null : ColourFlaw(text, colour => AccentShades.FindFlaw(colour, AccentShades.Dark)));
        RuleFor(brand => brand.Tint).HasNoFlaw((_, text) => string.IsNullOrEmpty(text) ? null : ColourFlaw(text, PageTint.FindFlaw));
    }

    private void LinksAreSound()
    {
        RuleFor(brand => brand.PrivacyUrl).HasNoFlaw((_, link) => LinkFlaw(link));
        RuleFor(brand => brand.AboutUrl).HasNoFlaw((_, link) => LinkFlaw(link));
        RuleFor(brand => brand.ContactUrl).HasNoFlaw((_, link) => LinkFlaw(link));
        RuleFor(brand => brand.SupportContact).HasNoFlaw((_, contact) =>
            string.IsNullOrEmpty(contact) || SupportLink.Of(contact) is not null
                ? null
                : new(
                    "The support contact is neither an e-mail address nor a telephone number nor an https address.",
                    "Give one that people can use from a page."));
    }

    private static Flaw? ColourFlaw(string text, Func<Colour, Flaw?> find) => Colour.TryParse(text, out var colour)
        ? find(colour)
        : new($"'{text}' is not a colour.", "Give red, green and blue as in #f58220.");

    /// <summary>A name goes into mail headers and into pages: one line, and no character that has a meaning in a header.</summary>
    private static Flaw? NameFlaw(string what, string name) =>
        name.Trim().Length is > 0 and <= LongestName && !name.Any(character => char.IsControl(character)
            || character is '<' or '>' or '"' or '@')
            ? null
            : new(
                $"The {what} must have 1 to {LongestName} characters on one line, without < > \" and @.",
                "Give the name that people know.");

    private static Flaw? LinkFlaw(string? link) =>
        string.IsNullOrEmpty(link) || (link.Length <= 2000 && Uri.TryCreate(link, UriKind.Absolute, out var uri)
            && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0)
            ? null
            : new($"'{link}' is not an https address.", "Give the whole address, as in https://nuvola.example/privacy.");
}
