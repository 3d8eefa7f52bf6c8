using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using Sso.Data;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>What a finding is about.</summary>
public enum RequestFault
{
    /// <summary>The request names another client, or none.</summary>
    OtherClient,

    /// <summary>The application is disabled.</summary>
    Disabled,

    /// <summary>The redirection URI is not registered.</summary>
    RedirectUri,

    /// <summary>The authorization endpoint would answer with the error that the finding names.</summary>
    Refused,

    /// <summary>What counts was pushed or signed, and is not in the address.</summary>
    Inside,

    /// <summary>It would be taken without state, and should not be sent so.</summary>
    NoState,

    /// <summary>Likewise without nonce.</summary>
    NoNonce,
}

/// <summary>One thing that is wrong with a request, or could be better.</summary>
/// <param name="Sent">What came, with a mark before the first difference of an address; the error's description if it was refused.</param>
/// <param name="Meant">What is registered.</param>
/// <param name="ErrorId">The line of <see cref="DocumentedError.All"/> that says what to do.</param>
public sealed record RequestFinding(RequestFault Fault, string? Sent = null, string? Meant = null, string? ErrorId = null);

/// <summary>
/// Says everything that is wrong with an authorization request, for whoever connects an application. The rules are those of the endpoint,
/// which stops at the first: here what one refuses is put right, so that the next has its say.
/// </summary>
public sealed class CheckRequest(SsoDbContext database)
{
    private const int MostFindings = 20;

    /// <summary>What every request has, with values to which no rule objects.</summary>
    private static readonly (string Name, string Value)[] Usual =
    [
        ("response_type", "code"), ("scope", Scopes.OpenId), ("nonce", "some"), ("code_challenge_method", "S256"),
        ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
    ];

    /// <summary>Each is tried without: more than this is no request of an application.</summary>
    private const int MostParameters = 60;

    /// <summary>What only the running server can judge: whose a token is, and which types are configured.</summary>
    private static readonly string[] NotJudged = ["id_token_hint", "authorization_details"];

    /// <param name="clientId">The application that is meant to send it.</param>
    /// <param name="pasted">An address of the authorization endpoint, or what stands after its question mark.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<Result<ImmutableArray<RequestFinding>, Refusal>> ExecuteAsync(
        string clientId, string pasted, CancellationToken cancellation)
    {
        if (await database.Clients.AsNoTracking().SingleOrDefaultAsync(row => row.Id == clientId, cancellation) is not { } client)
        {
            return ShowClient.NotFound(clientId);
        }

        if (Read(pasted) is not { } request)
        {
            return Refusal.Invalid(new FieldProblem(
                "request", "That is no authorization request: it has no parameters.", "Copy the whole address from the browser."));
        }

        var named = request.NamedResources.ToList();
        var resources = await database.Resources.AsNoTracking().Where(row => named.Contains(row.Id)).ToListAsync(cancellation);
        var isDisabled = client.DisabledAt is not null;
        return ImmutableArray.CreateRange(
            (isDisabled ? [new(RequestFault.Disabled)] : Enumerable.Empty<RequestFinding>())
            .Concat(Find(client.InMemory(), request, id => resources.Find(row => row.Id == id)?.ToResource()))
            .Take(MostFindings));
    }

    private static IEnumerable<RequestFinding> Find(Client client, OpenIddictRequest asked, Func<string, Resource?> findResource)
    {
        var request = asked.Without(NotJudged);
        if (request.Text("client_id") != client.Id)
        {
            yield return new(RequestFault.OtherClient, request.Text("client_id"), client.Id);
            request = request.With("client_id", client.Id);
        }

        if (request.Text("request_uri") is not null || request.Text("request") is not null)
        {
            yield return new(RequestFault.Inside);
            yield break;
        }

        var parser = new AuthorizationRequestParser(_ => client, findResource, _ => null, _ => null);
        var seen = new HashSet<string>();
        while (FailureOf(parser, request) is { } failure)
        {
            if (failure is AuthorizationFailure.SentToClient { Error: var error })
            {
                yield return Refused(error);
                seen.Add(error.Id);
                if (Repaired(parser, request, seen) is not { } better)
                {
                    yield break;
                }

                request = better;
            }
            else
            {
                var mismatch = RedirectUriMismatch.Of(client, request.Text("redirect_uri"));
                yield return new(RequestFault.RedirectUri, mismatch.Sent, mismatch.Registered);
                if (client.RedirectUris.Count == 0)
                {
                    yield break;
                }

                request = request.With("redirect_uri", client.RedirectUris[0]);
            }
        }

        foreach (var finding in Further(client, asked, seen))
        {
            yield return finding;
        }
    }

    /// <summary>What the endpoint asks beside the parameters, and what a careful application sends unasked.</summary>
    private static IEnumerable<RequestFinding> Further(Client client, OpenIddictRequest asked, HashSet<string> seen)
    {
        if (client.RequiresSignedRequests)
        {
            yield return Refused(OAuthError.MustBeSigned);
        }
        else if (client.RequiresPushedRequests)
        {
            yield return Refused(OAuthError.MustBePushed);
        }

        if (asked.Text("state") is null && !asked.IsFlawed("state"))
        {
            yield return new(RequestFault.NoState);
        }

        if (asked.Text("nonce") is null && !asked.IsFlawed("nonce") && !seen.Contains(OAuthError.NonceMissing.Id))
        {
            yield return new(RequestFault.NoNonce);
        }
    }

    private static RequestFinding Refused(OAuthError error) => new(RequestFault.Refused, error.Description, ErrorId: error.Id);

    /// <summary>The request with whichever correction makes the last error go away and brings back none of the others.</summary>
    private static OpenIddictRequest? Repaired(AuthorizationRequestParser parser, OpenIddictRequest request, HashSet<string> seen) =>
        Corrections(request).FirstOrDefault(better => FailureOf(parser, better) switch
        {
            null => true,
            AuthorizationFailure.SentToClient sent => !seen.Contains(sent.Error.Id),
            _ => false,
        });

    private static IEnumerable<OpenIddictRequest> Corrections(OpenIddictRequest request) =>
    [
        WithUsual(request, "nonce"),
        WithUsual(request, "code_challenge", "code_challenge_method"),
        WithUsual(request.Without(request.Names.Where(request.IsFlawed).ToList()), [.. request.Names.Where(request.IsFlawed)]),
        WithUsual(request, "scope"),
        request.Without("response_mode"),
        WithUsual(request, "response_type").Without("response_mode"),
        .. request.Names.Except(["client_id", "redirect_uri", .. Usual.Select(pair => pair.Name)])
            .Select(name => request.Without(name)),
    ];

    private static OpenIddictRequest WithUsual(OpenIddictRequest request, params string[] names) =>
        Usual.Where(pair => names.Contains(pair.Name)).Aggregate(request, (better, pair) => better.With(pair.Name, pair.Value));

    private static AuthorizationFailure? FailureOf(AuthorizationRequestParser parser, OpenIddictRequest request) =>
        parser.Parse(request, flowId: default, receivedAt: default).Error;

    /// <summary>Null for what has no parameters.</summary>
    private static OpenIddictRequest? Read(string pasted)
    {
        var text = pasted.Trim().Split('#')[0];
        var query = text[(text.IndexOf('?', StringComparison.Ordinal) + 1)..];
        var pairs = query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .Select(pair => KeyValuePair.Create(Plain(pair[0]), (string?)Plain(pair[1])))
            .ToList();
        return pairs.Count is 0 or > MostParameters ? null : RequestParameters.Read(pairs);
    }

    private static string Plain(string encoded) => Uri.UnescapeDataString(encoded.Replace('+', ' '));
}
