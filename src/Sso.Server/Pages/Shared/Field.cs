using Sso.Delivery;

namespace Sso.Server.Pages.Shared;

/// <summary>The fields that the partial views draw.</summary>
internal abstract record Field
{
    private Field()
    {
    }

    /// <summary>The name in the form and in the model state, <c>Input.Code</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The id in the page, <c>code</c>.</summary>
    public string Id => Fields.IdOf(Name);

    public required string Label { get; init; }

    public string? Hint { get; init; }

    public bool Focus { get; init; }

    /// <summary>One line of text, shown again after an error.</summary>
    public sealed record Line : Field
    {
        public string? Value { get; init; }

        public required string AutoComplete { get; init; }
    }

    /// <summary>Several lines of text, shown again after an error.</summary>
    public sealed record Lines : Field
    {
        public string? Value { get; init; }
    }

    /// <summary>A password: never shown again.</summary>
    public sealed record Password : Field
    {
        /// <summary>A password to be saved rather than one to be filled in.</summary>
        public bool IsNew { get; init; }

        /// <summary>A link on the line of the label: its text, and where it leads.</summary>
        public (string Text, string Target)? Aside { get; init; }
    }

    /// <summary>A code of six digits, or a recovery code: never shown again.</summary>
    public sealed record Code : Field
    {
        public bool FromText { get; init; }

        public bool Recovery { get; init; }

        /// <summary>A heading above it says the same: its label is for people who cannot see.</summary>
        public bool HasTitle { get; init; }

        /// <summary>Null before the first wrong one.</summary>
        public int? TriesLeft { get; init; }

        /// <summary>How long the code is still valid; null if unknown.</summary>
        public TimeSpan? Life { get; init; }
    }

    /// <summary>A country and a mobile number in any shape.</summary>
    public sealed record Phone : Field
    {
        public required string Country { get; init; }

        public required string CountryLabel { get; init; }

        public required IReadOnlyList<Country> Countries { get; init; }

        public string? Value { get; init; }
    }
}
