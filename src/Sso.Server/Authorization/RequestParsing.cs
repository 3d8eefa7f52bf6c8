using System.Diagnostics;
using System.Security.Cryptography;
using OpenIddict.Abstractions;
using Sso.Extensions.RequestObjects;
using Sso.Extensions.RichRequests;
using Sso.Server.Clients;
using Sso.Server.Issuance;

namespace Sso.Server.Authorization;

/// <summary>
/// Authorization requests from their parameters, whoever brings them: a browser, we ourselves, or a handle or code that we sealed. Client
/// and redirection URI are matched anew each time.
/// </summary>
internal sealed class RequestParsing(
    ClientDirectory clients, AccountArea accountArea, ConsoleArea console, IssuedTokenValidator issuedTokens, PushedRequestStore pushed,
    WaitingFlow waiting, AuthorizationTypes types, TimeProvider clock)
{
    /// <summary>Parses a request as it would be read from a browser.</summary>
    public async Task<Result<AuthorizationRequest, AuthorizationFailure>> ParseAsync(OpenIddictRequest parameters) =>
        (await ParserAsync(clients.Find, parameters)).Parse(parameters, NewFlowId(), clock.GetUtcNow());

    /// <summary>The request that opening a page of the account area makes.</summary>
    public AuthorizationRequest ForAccount(string page, TimeSpan? fresh) =>
        Own(accountArea, accountArea.ParametersFor(page, fresh));

    /// <summary>The request that opening a page of the console makes.</summary>
    public AuthorizationRequest ForConsole(string page, TimeSpan age) => Own(console, console.ParametersFor(page, age));

    /// <summary>The request in which a person who has lost every second factor proves the password again and enrols a new one.</summary>
    public AuthorizationRequest ForRecovery(string userName) =>
        Own(accountArea, accountArea.ParametersWithSignIn("/account/mfa", userName));

    /// <summary>The request of a person who answers another device; null if that device's client may no longer ask.</summary>
    public AuthorizationRequest? ForWaiting(OpenIddictRequest carried) => waiting.Parse(carried, NewFlowId(), clock.GetUtcNow());

    /// <summary>The request that a flow goes on with; null if its registration no longer allows it.</summary>
    public Task<AuthorizationRequest?> ContinueAsync(
        string form, Guid flowId, DateTimeOffset receivedAt, CancellationToken cancellation) =>
        ParseAgainAsync(form, flowId, receivedAt, pushed.ContinueAsync, cancellation);

    /// <summary>The request that a code answers; null if its registration no longer allows it.</summary>
    public Task<AuthorizationRequest?> AnsweredAsync(
        string form, Guid flowId, DateTimeOffset receivedAt, CancellationToken cancellation) =>
        ParseAgainAsync(form, flowId, receivedAt, pushed.AnsweredAsync, cancellation);

    /// <summary>Ours too: the account area and the console.</summary>
    public Client? FindClient(string id) => id switch
    {
        AccountArea.ClientId => accountArea.Client,
        ConsoleArea.ClientId => console.Client,
        _ => clients.Find(id),
    };

    /// <summary>Parses a request that we wrote down ourselves.</summary>
    private async Task<AuthorizationRequest?> ParseAgainAsync(
        string form, Guid flowId, DateTimeOffset receivedAt, Func<string, CancellationToken, Task<OpenIddictRequest?>> findPushed,
        CancellationToken cancellation)
    {
        var carried = RequestParameters.FromForm(form);
        if (WaitingFlow.IsOne(carried))
        {
            return waiting.Parse(carried!, flowId, receivedAt);
        }

        var parameters = carried is not null && RequestObjects.IsPushed(carried)
            ? await findPushed(carried.Text("request_uri")!, cancellation)
            : carried;
        return parameters is not null
            && (await ParserAsync(FindClient, parameters)).Parse(parameters, flowId, receivedAt).Value is { } request
            ? request with { Parameters = carried! }
            : null;
    }

    private AuthorizationRequest Own(OwnArea area, OpenIddictRequest parameters) =>
        Parser(_ => area.Client, hintedSubject: null).Parse(parameters, NewFlowId(), clock.GetUtcNow()).Value
            ?? throw new UnreachableException();

    private async Task<AuthorizationRequestParser> ParserAsync(Func<string, Client?> find, OpenIddictRequest parameters) =>
        Parser(find, await issuedTokens.SubjectOfHintAsync(parameters.Text("id_token_hint")));

    private AuthorizationRequestParser Parser(Func<string, Client?> find, string? hintedSubject) =>
        new(find, clients.FindResource, _ => hintedSubject, types.Find);

    /// <summary>All 128 bits are random: a flow id is compared with what proofs carry, so nobody may predict it.</summary>
    private static Guid NewFlowId() => new(RandomNumberGenerator.GetBytes(16));
}
