using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.Limits;
using Sso.Accounts.Sessions;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;

namespace Sso.Accounts.SignIn;

/// <summary>
/// What would happen if somebody signed in now. Nothing of it is decided here: the limits are asked as at a sign-in, the facts are read by
/// the query of a sign-in, and every step is the answer of the gate. What was counted and written for that is taken back.
/// </summary>
public sealed class SimulateSignIn(
    SsoDbContext database, PasswordAttempts attempts, Throttle throttle, SignInOptions options, TimeProvider clock)
{
    /// <summary>The gate comes to an end in fewer; more would be a fault of it.</summary>
    private const int MostSteps = 12;

    /// <summary>An ordinary request of a registered client, by a person who knows the password and whatever else is asked for.</summary>
    /// <param name="userName">User name, e-mail address or subject.</param>
    /// <param name="clientId">The application.</param>
    /// <param name="visit">From where, and in which browser.</param>
    /// <param name="by">Who wants to know.</param>
    /// <param name="cancellation">Stops before the end.</param>
    public async Task<Result<Simulation, Refusal>> ExecuteAsync(
        string userName, string clientId, SimulatedVisit visit, ActingOperator by, CancellationToken cancellation)
    {
        if (await database.FindPersonAsync(userName, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(userName);
        }

        if (await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } row)
        {
            return Refusal.NotFound(
                "client_id", $"There is no client '{clientId}'.", "List the clients to see their ids; capitals count.", clientId);
        }

        var registered = row.InMemory() with { WithheldFactors = options.Withheld };
        var usual = string.Join(' ', registered.Scopes.Where(Scopes.Identity.Contains));
        if (row.DisabledAt is not null || OrdinaryRequest(registered, usual).Failed(out _, out var request))
        {
            return Refusal.Invalid(new FieldProblem(
                "client_id", $"Nobody can sign in to '{clientId}': it is off, has no redirect URI, or signs in no people.",
                $"sso client doctor {clientId} says which."));
        }

        var simulation = await ExecuteAsync(request, person.NormalizedUserName!, visit, cancellation);
        await database.RecordReadAsync(by, person.Id, clock.GetUtcNow(), cancellation);
        await database.SaveChangesAsync(cancellation);
        return simulation;
    }

    /// <summary>
    /// What would happen if somebody signed in to an application, and what came of it if it ended well, before it is taken back: nothing of
    /// it stays but that somebody wanted to know.
    /// </summary>
    /// <param name="client">The application, as requests see it.</param>
    /// <param name="scopes">What it asks for.</param>
    /// <param name="who">User name, e-mail address or subject.</param>
    /// <param name="isOfApplication">
    /// Only somebody who lets the application have something is found, with nothing beyond that; or the administrator who asks.
    /// </param>
    /// <param name="by">Who wants to know.</param>
    /// <param name="issue">What is made of the decision, inside the transaction that is rolled back.</param>
    /// <param name="cancellation">Stops before the end.</param>
    public async Task<Result<Foretold<T>, Refusal>> IssueAsync<T>(
        Client client, string scopes, string who, bool isOfApplication, ActingOperator by,
        Func<NextStep.Issue, AuthorizationRequest, SignInState, Task<T>> issue, CancellationToken cancellation)
        where T : class
    {
        if (await database.FindPersonAsync(who, cancellation) is not { } person)
        {
            return OperatorActs.NotFound(who);
        }

        if (isOfApplication && person.Id != by.AdministratorId)
        {
            var had = await ScopesHadAsync(person.Id, client.Id, cancellation);
            if (had.Count == 0)
            {
                return OperatorActs.NotFound(who);
            }

            // The walk below agrees to whatever is asked for, and the person has not.
            var kept = scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(
                scope => had.Contains(scope) || !client.Scopes.Contains(scope)).ToList();
            if (kept.Count == 0)
            {
                return Refusal.Invalid(new FieldProblem(
                    "consent", "The person does not let the application have these.", "Choose among those that it was given."));
            }

            scopes = string.Join(' ', kept);
        }

        if (OrdinaryRequest(client, scopes).Failed(out var failure, out var request))
        {
            return failure is AuthorizationFailure.ShownToUser
                ? Refusal.Invalid(new FieldProblem("client_id", "Nobody can sign in to it yet.", "Give it a redirect URI."))
                : Refusal.Invalid(new FieldProblem("scopes", "The application may not ask for these.", "Choose among its scopes."));
        }

        var foretold = await TakenBackAsync(
            async () =>
            {
                var told = await AskAsync(request, person.NormalizedUserName!, new("", IsNewDevice: true), cancellation);
                var (end, last) = (told.End, told.Steps[^1].Step);
                if (end is null && await StateAfterPasswordAsync(request, person, trusted: null, cancellation) is { } state)
                {
                    // As if what is in the way were not.
                    var steps = ImmutableArray.CreateBuilder<SimulatedStep>();
                    (end, last) = (Walk(request, state, steps), steps[^1].Step);
                }

                return new Foretold<T>(
                    person.Id, told, end is not null && last is NextStep.Issue decision ? await issue(decision, request, end) : null);
            });
        await RecordPreviewAsync(by, person.Id, client.Id, cancellation);
        return foretold;
    }

    /// <summary>The same for any request.</summary>
    /// <param name="request">What an application asks for.</param>
    /// <param name="name">As it would be typed.</param>
    /// <param name="visit">From where, and in which browser.</param>
    /// <param name="cancellation">Stops before the end.</param>
    internal Task<Simulation> ExecuteAsync(
        AuthorizationRequest request, string name, SimulatedVisit visit, CancellationToken cancellation) =>
        TakenBackAsync(() => AskAsync(request, SignInName.Normalize(name), visit, cancellation));

    private async Task<T> TakenBackAsync<T>(Func<Task<T>> work)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(CancellationToken.None);
        try
        {
            return await work();
        }
        finally
        {
            await transaction.RollbackAsync(CancellationToken.None);
            database.ChangeTracker.Clear();
        }
    }

    /// <summary>
    /// What the person lets the application have: by a consent, or by a grant that nobody revoked. A consent that is taken back is no row.
    /// </summary>
    private async Task<HashSet<string>> ScopesHadAsync(Guid personId, string clientId, CancellationToken cancellation)
    {
        var granted = await database.Grants
            .Where(grant => grant.PersonId == personId && grant.ClientId == clientId && grant.RevokedAt == null)
            .Select(grant => grant.Scopes).ToListAsync(cancellation);
        var consented = await database.Consents.Where(consent => consent.PersonId == personId && consent.ClientId == clientId)
            .Select(consent => consent.Scopes).ToListAsync(cancellation);
        return granted.Concat(consented).SelectMany(scopes => scopes).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Once in a while, as reading somebody's page is.</summary>
    private async Task RecordPreviewAsync(ActingOperator by, Guid personId, string clientId, CancellationToken cancellation)
    {
        var (now, name) = (clock.GetUtcNow(), by.Name);
        var since = now - OperatorActs.OneReading;
        if (!await database.SecurityEvents.AnyAsync(
            item => item.PersonId == personId && item.At > since && item.Kind == SecurityEventKind.PersonRead && item.Actor == name
                && item.ClientId == clientId,
            cancellation))
        {
            database.SecurityEvents.Add(SecurityEvent.TokensPreviewed(now, personId, clientId, name));
            await database.SaveChangesAsync(cancellation);
        }
    }

    private async Task<Simulation> AskAsync(
        AuthorizationRequest request, string typed, SimulatedVisit visit, CancellationToken cancellation)
    {
        var steps = ImmutableArray.CreateBuilder<SimulatedStep>();
        var first = InteractionPolicy.Decide(request, state: null);
        steps.Add(new(first, null));
        if (first is not NextStep.SignIn)
        {
            return new(request.Client, null, steps.ToImmutable(), null);
        }

        if (await WithoutPasswordAsync(typed, cancellation) is { } passwordless)
        {
            return await AskWithoutPasswordAsync(request, passwordless, visit, steps, cancellation);
        }

        var attempt = await attempts.ReserveAsync(
            visit.CountedAddress, typed, id => TrustedAsync(id, visit, cancellation), cancellation);
        if ((attempt.Obstacle ?? attempt.AfterPassword) is { } obstacle)
        {
            return new(request.Client, obstacle, steps.ToImmutable(), null);
        }

        var state = attempt.Person is { } person ? await StateAfterPasswordAsync(request, person, attempt.Trusted, cancellation) : null;
        if (state is null)
        {
            return new(request.Client, new PasswordOutcome.Wrong(), steps.ToImmutable(), null);
        }

        var end = Walk(request, state, steps);
        return new(request.Client, null, steps.ToImmutable(), Facts(state, attempt.Trusted is not null)) { End = end };
    }

    private async Task<Person?> WithoutPasswordAsync(string typed, CancellationToken cancellation) =>
        await attempts.FindAsync(typed, cancellation) is { PasswordHash: null } person ? person : null;

    /// <summary>
    /// No password is right for them: imported, or added by a program, and not active yet. A passkey would do, which is not counted by
    /// name.
    /// </summary>
    private async Task<Simulation> AskWithoutPasswordAsync(
        AuthorizationRequest request, Person person, SimulatedVisit visit, ImmutableArray<SimulatedStep>.Builder steps,
        CancellationToken cancellation)
    {
        if (!await database.ActiveFactors(person.Id).AnyAsync(factor => factor.Method == ProofMethod.Passkey, cancellation))
        {
            var links = await database.PasswordLinksAsync([person.Id], clock.GetUtcNow(), cancellation);
            var attempt = await attempts.ReserveAsync(
                visit.CountedAddress, person.NormalizedUserName!, id => TrustedAsync(id, visit, cancellation), cancellation);
            return new(request.Client, attempt.Obstacle ?? new PasswordOutcome.Wrong(), steps.ToImmutable(), null)
            {
                NoWayIn = new(
                    person.UserName!, person is { Email: not null, EmailConfirmed: true }, person.DisabledAt is not null,
                    links.TryGetValue(person.Id, out var until) ? until : null),
            };
        }

        if (await throttle.ReserveAddressAsync(visit.CountedAddress, "passkey", cancellation) is { } wait)
        {
            return new(request.Client, new PasswordOutcome.TooManyFromAddress(wait), steps.ToImmutable(), null);
        }

        if (await StateAfterAsync(
            request, person, [new(ProofMethod.Passkey, clock.GetUtcNow(), request.FlowId)], cancellation) is not { } state)
        {
            return new(request.Client, new PasswordOutcome.Disabled(), steps.ToImmutable(), null);
        }

        var end = Walk(request, state, steps);
        return new(request.Client, null, steps.ToImmutable(), Facts(state, isTrusted: false)) { End = end };
    }

    private Task<SignInState?> StateAfterPasswordAsync(
        AuthorizationRequest request, Person person, TrustedDevice? trusted, CancellationToken cancellation) =>
        StateAfterAsync(
            request, person,
            PasswordSignIn.ProofsOf(request, clock.GetUtcNow(), request.Client.AcceptsTrustedDevices ? trusted?.Id : null), cancellation);

    /// <summary>Read by the query of a sign-in, in a session that is taken back.</summary>
    private async Task<SignInState?> StateAfterAsync(
        AuthorizationRequest request, Person person, ImmutableArray<Proof> proofs, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            Secret = RandomNumberGenerator.GetBytes(Session.SecretLength),
            HandleHash = Session.HashOf(SessionHandle.New(null)),
            PersonId = person.Id,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + BrowserSessions.Absolute,
        };
        session.Prove(proofs);
        database.Sessions.Add(session);
        await database.SaveChangesAsync(cancellation);
        var row = await database.FindSignInAsync(session.Id, request.Client.Id, now, cancellation);
        return row?.ToState();
    }

    /// <summary>From gate to gate: whatever it asks for is given. What it knows in the end.</summary>
    private SignInState Walk(AuthorizationRequest request, SignInState state, ImmutableArray<SimulatedStep>.Builder steps)
    {
        for (var count = 0; count < MostSteps; count++)
        {
            var next = InteractionPolicy.Decide(request, state);
            var method = next switch
            {
                NextStep.ChallengeSecondFactor challenge => Preferred(challenge.Methods),
                NextStep.EnrollSecondFactor enrolment => Preferred(enrolment.Methods),
                _ => (ProofMethod?)null,
            };
            steps.Add(new(next, method));
            var after = next switch
            {
                NextStep.ChallengeSecondFactor => Proved(state, request, method!.Value),
                NextStep.EnrollSecondFactor => Proved(state, request, method!.Value) with
                {
                    EnrolledFactors = [.. state.EnrolledFactors, method.Value],
                },
                NextStep.SaveRecoveryCodes => state with { RecoveryCodesSaved = true },
                NextStep.AskConsent consent => state with
                {
                    ConsentedScopes = [.. state.ConsentedScopes, .. consent.Scopes],
                    ConsentFlowId = request.FlowId,
                },
                _ => null,
            };
            if (after is null)
            {
                break;
            }

            state = after;
        }

        return state;
    }

    private SignInState Proved(SignInState state, AuthorizationRequest request, ProofMethod method) =>
        state with { Proofs = [.. state.Proofs, new Proof(method, clock.GetUtcNow(), request.FlowId)] };

    /// <summary>A recovery code is for whoever has nothing else.</summary>
    private static ProofMethod Preferred(IReadOnlySet<ProofMethod> methods) =>
        methods.Order().FirstOrDefault(method => method != ProofMethod.RecoveryCode, ProofMethod.RecoveryCode);

    private Task<TrustedDevice?> TrustedAsync(Guid personId, SimulatedVisit visit, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return visit.IsNewDevice
            ? Task.FromResult<TrustedDevice?>(null)
            : database.TrustedDevices.AsNoTracking().Where(device => device.PersonId == personId && device.ExpiresAt > now)
                .OrderByDescending(device => device.LastUsedAt).FirstOrDefaultAsync(cancellation);
    }

    private static SimulatedFacts Facts(SignInState state, bool isTrusted) => new(
        [.. state.EnrolledFactors.Order()], state.RecoveryCodesSaved, state.HasMailbox, isTrusted, state.SignInsWithoutSecondFactor,
        [.. state.ConsentedScopes.Order(StringComparer.Ordinal)]);

    private Result<AuthorizationRequest, AuthorizationFailure> OrdinaryRequest(Client client, string scopes)
    {
        var now = clock.GetUtcNow();
        return new AuthorizationRequestParser(_ => client, _ => null, _ => null, _ => null).Parse(
            RequestParameters.Read(
            [
                new("client_id", client.Id),
                new("redirect_uri", client.RedirectUris is [var first, ..] ? first : null),
                new("response_type", "code"),
                new("scope", scopes),
                new("code_challenge", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))),
                new("code_challenge_method", "S256"),
            ]),
            Guid.CreateVersion7(now), now);
    }
}

/// <summary>Of a sign-in that does not happen.</summary>
/// <param name="CountedAddress">As limits count it; empty: one from which nothing came.</param>
/// <param name="IsNewDevice">False: the browser that the person had remembered last, if there is one.</param>
public sealed record SimulatedVisit(string CountedAddress, bool IsNewDevice);

/// <summary>What would happen.</summary>
/// <param name="Client">The application whose rules apply.</param>
/// <param name="Obstacle">Why even the right password would not do; null if it would.</param>
/// <param name="Steps">What the gate says, each time after what it asked for before; the last is its end.</param>
/// <param name="Facts">What it knows of the person after the password; null if it does not come to that.</param>
public sealed record Simulation(
    Client Client, PasswordOutcome? Obstacle, ImmutableArray<SimulatedStep> Steps, SimulatedFacts? Facts)
{
    /// <summary>Somebody with neither a password nor a passkey; null of everybody else.</summary>
    public NoWayIn? NoWayIn { get; init; }

    /// <summary>What the gate knows after the last step; null if it does not come to that.</summary>
    internal SignInState? End { get; init; }
}

/// <summary>What would happen, and what would come of it.</summary>
/// <param name="PersonId">Whom it is about.</param>
/// <param name="Simulation">What the gate says.</param>
/// <param name="Made">If the sign-in succeeded, also where something is in its way; null if it cannot.</param>
public sealed record Foretold<T>(Guid PersonId, Simulation Simulation, T? Made)
    where T : class;

/// <summary>What an operator has to know to open one.</summary>
/// <param name="UserName">Whose account it is.</param>
/// <param name="HasMailbox">There is a confirmed address, to which a link can go.</param>
/// <param name="IsDisabled">The account is closed besides.</param>
/// <param name="LinkUntil">Until then a link to a first password, which was sent already, is good; null if there is none.</param>
public sealed record NoWayIn(string UserName, bool HasMailbox, bool IsDisabled, DateTimeOffset? LinkUntil);

/// <summary>One answer of the gate.</summary>
/// <param name="By">The method with which it was answered in turn.</param>
public sealed record SimulatedStep(NextStep Step, ProofMethod? By);

/// <summary>What the gate decides by, beside the request.</summary>
public sealed record SimulatedFacts(
    ImmutableArray<ProofMethod> Enrolled, bool RecoveryCodesSaved, bool HasMailbox, bool IsTrusted, int SignInsWithoutSecondFactor,
    ImmutableArray<string> Consented);
