using FluentValidation;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Resources;

/// <summary>What a resource registration may say (RFC 8707 §2).</summary>
internal sealed class NewResourceRules : AbstractValidator<NewResource>
{
    public NewResourceRules()
    {
        RuleFor(resource => resource.Resource)
            .Must(IsIndicator)
            .Says(
                $"The resource must be an absolute https or urn URI of at most {ResourceRegistration.LongestId} "
                    + "characters without a fragment.",
                "Give the address of the API, such as https://api.example.com/orders.");
        RuleFor(resource => resource.Name)
            .IsOneLine(200)
            .Says("The name must have 1 to 200 characters on one line.", "Give the name that operators know the API by.");
        RuleFor(resource => resource.Scopes)
            .HasBetween(1, 50)
            .Says("A resource has 1 to 50 scopes: they say which clients may ask for it.", "Give the scopes of the API with --scope.");
        RuleForEach(resource => resource.Scopes).HasNoFlaw((_, scope) =>
            Scopes.Parse(scope) is not { Count: 1 } || scope.Length > 100
                ? new Flaw(
                    $"'{scope}' is not a scope: 1 to 100 printable ASCII characters without space, quote and backslash.",
                    "Give each scope on its own.")
            : ApiScopes.All.Contains(scope) ? new Flaw(
                $"The scope {scope} is one of Sso's own API.", "Choose a scope of the API's own.")
            : Scopes.Identity.Contains(scope) ? new Flaw(
                $"The scope {scope} is about people and belongs to no API.", "Choose a scope of the API's own.")
            : null);
    }

    private static bool IsIndicator(string value) =>
        value.Length <= ResourceRegistration.LongestId
        && Uri.TryCreate(value, UriKind.Absolute, out var uri)
        && uri.Scheme is "https" or "urn"
        && uri.Fragment.Length == 0
        && !value.Contains('#', StringComparison.Ordinal)
        && value.All(character => character is > ' ' and < (char)127);
}
