using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Sso.Server.Pages.Shared;

/// <summary>What the views need to know about a field: its error, and the ids of the texts that describe it.</summary>
internal static class Fields
{
    /// <summary><c>Input.UserName</c> is <c>username</c> in the page.</summary>
    public static string IdOf(string name) => name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant();

    /// <summary>In the order of the page: the model state is alphabetical, and a password is the last field of its form.</summary>
    public static IReadOnlyList<(string Field, string Message)> Errors(this ModelStateDictionary state) =>
    [
        .. from entry in state
           from error in entry.Value!.Errors
           orderby entry.Key == "Input.Password"
           select (IdOf(entry.Key), error.ErrorMessage),
    ];

    public static string? ErrorOf(this ViewDataDictionary view, string field) =>
        view.ModelState[field]?.Errors.FirstOrDefault()?.ErrorMessage;

    /// <summary>The value of aria-invalid: present if the field has an error, absent otherwise.</summary>
    public static string? Invalid(this ViewDataDictionary view, string field) => view.ErrorOf(field) is null ? null : "true";

    /// <summary>The value of aria-describedby: the hint, then the error, if there are any.</summary>
    public static string? DescribedBy(this ViewDataDictionary view, string field, string? hint) => (hint, view.ErrorOf(field)) switch
    {
        (null, null) => null,
        (_, null) => $"{IdOf(field)}-hint",
        (null, _) => $"{IdOf(field)}-error",
        _ => $"{IdOf(field)}-hint {IdOf(field)}-error",
    };
}
