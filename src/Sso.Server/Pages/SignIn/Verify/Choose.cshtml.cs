using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Overview;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.SignIn.Verify;

/// <summary>One method to choose: an app stands for all apps, a number for itself.</summary>
internal sealed record Way(string Value, ProofMethod Method, string? Number, string Path);

/// <summary>Which of the enrolled methods to use: the one used last first, recovery codes last.</summary>
internal sealed class Choose(AccountOverview overview, IStringLocalizer<Choose> text) : ChallengePage
{
    [BindProperty(Name = "Input.Method")]
    public string? Method { get; set; }

    public IReadOnlyList<Way> Ways { get; private set; } = [];

    protected override ProofMethod? Asked => null;

    public async Task OnGetAsync(CancellationToken cancellation) => Ways = [.. await WaysAsync(cancellation)];

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellation)
    {
        await OnGetAsync(cancellation);
        if (Ways.FirstOrDefault(way => way.Value == Method) is { } chosen)
        {
            return SeeOther(chosen.Path);
        }

        ModelState.AddModelError("Input.Method", text["Empty"]);
        return Page();
    }

    private async Task<IEnumerable<Way>> WaysAsync(CancellationToken cancellation)
    {
        var enrolled = (await overview.MethodsAsync(Person.PersonId, cancellation))
            .Where(method => Methods.Contains(method.Method)).ToList();
        var newestNumber = enrolled.Where(method => method.Method == ProofMethod.TextMessage).MaxBy(method => method.AddedAt)?.Id;
        var ways = enrolled
            .OrderByDescending(method => method.LastUsedAt).ThenBy(method => method.Method)
            .Select(method => method.Method == ProofMethod.TextMessage && method.Id != newestNumber
                ? Of(method.Method, method.MaskedNumber, method.Id)
                : Of(method.Method, method.MaskedNumber, phone: null))
            .DistinctBy(way => way.Value);
        return Methods.Contains(ProofMethod.RecoveryCode) ? ways.Append(Of(ProofMethod.RecoveryCode, number: null, phone: null)) : ways;
    }

    private Way Of(ProofMethod method, string? number, Guid? phone)
    {
        var value = MethodChoice.ValueOf(method);
        var path = $"/signin/verify/{value}?flow={RequestHandle}";
        return phone is { } id ? new($"{value}-{id:N}", method, number, $"{path}&phone={id:N}") : new(value, method, number, path);
    }
}
