using System.Collections.Immutable;
using Sso.Accounts.Visits;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Xunit;

namespace Sso.Accounts.Tests;

/// <summary>A browser without a web: what an act gives it to keep, it brings to the next.</summary>
public sealed class Browser(AccountsDatabase accounts)
{
    public const string App = "shop";

    public string Address { get; init; } = "";

    /// <summary>The handle of its session.</summary>
    public string? Session { get; set; }

    /// <summary>As a trusted device.</summary>
    public string? Device { get; set; }

    /// <summary>By which it is known again.</summary>
    public string Name { get; } = Guid.CreateVersion7(accounts.Now).ToString("N");

    public async Task<T> ActAsync<TAct, T>(Func<TAct, Visit, Task<T>> act)
        where TAct : notnull
    {
        var visit = Visit();
        var result = await accounts.RunAsync<TAct, T>(on => act(on, visit));
        Keep(visit);
        return result;
    }

    public async Task ActAsync<TAct>(Func<TAct, Visit, Task> act)
        where TAct : notnull
    {
        var visit = Visit();
        await accounts.RunAsync<TAct>(on => act(on, visit));
        Keep(visit);
    }

    /// <summary>Its live session; null if it has none.</summary>
    public Task<SignInRow?> CurrentAsync(bool isActivity = true) => ActAsync<BrowserSessions, SignInRow?>(
        (sessions, visit) => sessions.CurrentAsync(visit, App, isActivity, CancellationToken.None));

    public async Task<SignInRow> SignInAsync() => await CurrentAsync() ?? throw new InvalidOperationException("Nobody is signed in.");

    public async Task<bool> IsSignedInAsync() => await CurrentAsync() is not null;

    /// <summary>What the gate says about this session.</summary>
    public async Task<NextStep> NextAsync(AuthorizationRequest request) =>
        InteractionPolicy.Decide(request, (await CurrentAsync())?.ToState());

    public Task<PasswordOutcome> PasswordAsync(
        Customer customer, string password = AccountsDatabase.Password, AuthorizationRequest? request = null) =>
        PasswordAsync(customer.UserName, password, request);

    public Task<PasswordOutcome> PasswordAsync(string name, string password, AuthorizationRequest? request = null) =>
        ActAsync<PasswordSignIn, PasswordOutcome>((signIn, visit) =>
            signIn.TryAsync(visit, request ?? accounts.Request(), name, password, CancellationToken.None));

    /// <summary>After the right password.</summary>
    public async Task<AuthorizationRequest> AfterPasswordAsync(Customer customer, AuthorizationRequest? request = null)
    {
        request ??= accounts.Request();
        Assert.IsType<PasswordOutcome.Succeeded>(await PasswordAsync(customer, request: request));
        return request;
    }

    public async Task<CodeOutcome> AppCodeAsync(AuthorizationRequest request, string code)
    {
        var signIn = await SignInAsync();
        return await ActAsync<AppCodes, CodeOutcome>(
            (codes, visit) => codes.CheckAsync(visit, request, signIn, code, CancellationToken.None));
    }

    /// <summary>The same, if this session is there still: of many at once the last ones find that it is not.</summary>
    public async Task AppCodeIfSignedInAsync(AuthorizationRequest request, string code)
    {
        if (await CurrentAsync() is not null)
        {
            await AppCodeAsync(request, code);
        }
    }

    /// <summary>An arrangement: what the methods demand is proved where they are tested. Password and app unless it is said.</summary>
    public async Task<SignInRow> SignedInAsync(Customer customer, params ProofMethod[] methods)
    {
        var (now, flow) = (accounts.Now, Guid.CreateVersion7(accounts.Now));
        ImmutableArray<Proof>? proofs =
        [
            .. (methods.Length > 0 ? methods : [ProofMethod.Password, ProofMethod.AuthenticatorApp])
                .Select(method => new Proof(method, now, flow)),
        ];
        Assert.True(await ActAsync<BrowserSessions, bool>((sessions, visit) => sessions.BeginAsync(
            visit, customer.Id, _ => Task.FromResult(proofs),
            session => SecurityEvent.PasswordProved(now, customer.Id, session, App), CancellationToken.None)));
        return await SignInAsync();
    }

    /// <summary>The sign-in is complete: it counts as an access.</summary>
    public async Task CompleteAsync()
    {
        var row = await SignInAsync();
        await ActAsync<SignInCompletion>((signIn, visit) => signIn.CompleteAsync(
            visit, row, App, Authentication.Of(row.Proofs), CancellationToken.None));
    }

    /// <summary>Signs out.</summary>
    public Task<Guid?> EndAsync() =>
        ActAsync<SessionEnding, Guid?>((sessions, visit) => sessions.SignOutAsync(visit, CancellationToken.None));

    public Visit Visit() => new()
    {
        Address = Address,
        CountedAddress = Address,
        UserAgent = "Firefox/144.0 (Windows)",
        SessionHandle = Session,
        Device = Device,
        Browser = Name,
    };

    private void Keep(Visit visit)
    {
        Session = visit.GivenSession ?? Session;
        Device = visit.GivenDevice?.Handle ?? Device;
    }
}
