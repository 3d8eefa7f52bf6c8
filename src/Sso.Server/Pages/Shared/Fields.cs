using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace Sso.Server.Pages.Shared;

/// <summary>What the views need to know about a field: its error, and the ids of the texts that describe it.</summary>
internal static class Fields
{
    /// <summary><c>Input.UserName</c> is <c>username</c> in the page.</summary>
    public static string IdOf(string name) => name[(name.LastIndexOf('.') + 1)..].ToLowerInvariant();

    /// <summary>
    /// What concerns no field comes first. The rest is in the order in which the page declares its fields, which is that of its forms: the
    /// model state is alphabetical.
    /// </summary>
    public static IReadOnlyList<(string Field, string Message)> Errors(this ModelStateDictionary state, ActionDescriptor page)
    {
        var fields = page.BoundProperties.Select(property => property.BindingInfo?.BinderModelName ?? property.Name).ToList();
        return
        [
            .. from entry in state
               from error in entry.Value!.Errors
               let place = fields.IndexOf(entry.Key)
               orderby entry.Key.Length > 0, place < 0, place
               select (IdOf(entry.Key), error.ErrorMessage),
        ];
    }

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
