using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Apps;
using Sso.Accounts.Limits;
using Sso.Data.Clients;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>What is foretold is what happens.</summary>
public sealed class SimulateSignInTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    private static readonly ActingOperator Operator = ActingOperator.AtCommandLine("root");

    private static readonly int SignIns = Thoroughness.Of(
        "SSO_MEASURE_SIMULATIONS", TestDatabase.ChosenProvider == "Sqlite" ? 500 : 100);

    /// <summary>Policy, person, browser and address at random; then a person does for real what each page asks for.</summary>
    [Fact]
    public async Task The_simulator_agrees_with_random_sign_ins()
    {
        var ends = new Dictionary<string, int>();
        for (var count = 0; count < SignIns; count++)
        {
            var (request, customer, browser) = await ArrangeAsync(new Dice(count));
            var isKnown = browser.Device is not null;
            var rows = await CountAsync();
            var foretold = InWords(await SimulateAsync(request, customer, new SimulatedVisit(browser.Address, IsNewDevice: !isKnown)));
            Assert.Equal(rows, await CountAsync());
            var happened = await HappenAsync(request, customer, browser);
            Assert.True(
                foretold.SequenceEqual(happened),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{count}: foretold {string.Join(" > ", foretold)}, happened {string.Join(" > ", happened)}"));
            ends[happened[^1]] = ends.GetValueOrDefault(happened[^1]) + 1;
            accounts.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        // The run means something only if it came to every kind of end.
        Assert.Superset(
            new HashSet<string>
            {
                "Wrong", "Disabled", "Wait", "TooManyFromAddress", "urn:sso:acr:1fa", "urn:sso:acr:mfa", "urn:sso:acr:mfa-app",
            },
            ends.Keys.ToHashSet());
    }

    [Fact]
    public async Task It_is_asked_by_names_and_recorded_as_a_look_at_the_person()
    {
        var customer = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        await accounts.WriteAsync(new ClientRegistration
        {
            Id = "simulated",
            Name = "Simulated",
            RedirectUris = ["https://shop.example/callback"],
            GrantTypes = ["authorization_code"],
            Scopes = ["openid"],
            CreatedAt = accounts.Now,
        });
        var simulation = await accounts.RunAsync<SimulateSignIn, Simulation>(async on =>
            (await on.ExecuteAsync(customer.UserName, "simulated", new("", IsNewDevice: true), Operator, CancellationToken.None)).Value!);
        Assert.Equal(["SignIn", "ChallengeSecondFactor AuthenticatorApp", "Issue", "urn:sso:acr:mfa-app"], InWords(simulation));
        Assert.Equal([SecurityEventKind.PersonRead], await customer.EventsAsync());
        Assert.Equal(
            "client_id",
            (await accounts.RunAsync<SimulateSignIn, string>(async on =>
                (await on.ExecuteAsync(customer.UserName, "nobody", new("", true), Operator, CancellationToken.None))
                .Error!.Problems[0].Field)));
    }

    [Fact]
    public async Task Whoever_has_neither_a_password_nor_a_passkey_has_no_way_in_and_it_is_said_whether_a_link_is_out()
    {
        var customer = await accounts.AddPersonAsync("nuova", person => person.PasswordHash = null);
        var visit = new SimulatedVisit("", IsNewDevice: true);
        var before = (await SimulateAsync(accounts.Request(), customer, visit)).NoWayIn;
        Assert.Equal(new NoWayIn(customer.UserName, HasMailbox: true, IsDisabled: false, LinkUntil: null), before);

        await accounts.WriteAsync(new MailedLink
        {
            Hash = MailedLink.HashOf(customer.UserName),
            PersonId = customer.Id,
            Purpose = MailedLinkPurpose.ResetPassword,
            CreatedAt = accounts.Now,
            ExpiresAt = accounts.Now.AddDays(7),
        });
        var simulation = await SimulateAsync(accounts.Request(), customer, visit);
        Assert.IsType<PasswordOutcome.Wrong>(simulation.Obstacle);
        Assert.Equal(accounts.Now.AddDays(7), simulation.NoWayIn?.LinkUntil);
        Assert.IsType<NextStep.SignIn>(Assert.Single(simulation.Steps).Step);

        var details = await accounts.RunAsync<ShowPerson, PersonDetails>(async show =>
            (await show.ExecuteAsync(customer.UserName, Operator, CancellationToken.None)).Value!);
        Assert.Equal((false, accounts.Now.AddDays(7)), (details.HasPassword, details.PasswordLinkExpiresAt));
    }

    [Fact]
    public async Task A_passkey_is_a_way_in_without_a_password()
    {
        var customer = await accounts.AddPersonAsync("chiave", person => person.PasswordHash = null);
        var passkey = new SecondFactor
        {
            Id = Guid.CreateVersion7(accounts.Now),
            PersonId = customer.Id,
            Method = ProofMethod.Passkey,
            Protected = [1],
            CreatedAt = accounts.Now,
        };
        passkey.Activate(accounts.Now);
        await accounts.WriteAsync(passkey);
        var simulation = await SimulateAsync(accounts.Request(), customer, new("", IsNewDevice: true));
        Assert.Null(simulation.Obstacle);
        Assert.Equal(["SignIn", "SaveRecoveryCodes", "Issue"], simulation.Steps.Select(step => InWords(step.Step)));
    }

    private async Task<(AuthorizationRequest Request, Customer Customer, Browser Browser)> ArrangeAsync(Dice dice)
    {
        bool Is(int percent) => dice.Next(100) < percent;
        var policy = (SecondFactorPolicy)dice.Next(3);
        var isRequired = policy == SecondFactorPolicy.Required;
        var (grace, mails, trust, texts, consent) =
            (isRequired && Is(30) ? dice.Next(1, 4) : 0, isRequired && Is(30), Is(40), Is(80), Is(30));
        var request = accounts.Request(client =>
        {
            (client.SecondFactor, client.GraceSignIns, client.AcceptsMailCodes) = (policy, grace, mails);
            (client.AcceptsTrustedDevices, client.AcceptsTextMessages, client.ConsentRequired) = (trust, texts, consent);
        });
        if (Is(20))
        {
            request = request with { AcrValues = [Authentication.AcrValues[dice.Next(Authentication.AcrValues.Length - 1)]] };
        }

        var used = dice.Next(4);
        var (isDisabled, isConfirmed) = (Is(8), Is(80));
        var customer = await accounts.AddPersonAsync("caso", person =>
        {
            person.EmailConfirmed = isConfirmed;
            if (isDisabled)
            {
                person.Disable(accounts.Now);
            }

            for (var signIn = 0; signIn < used; signIn++)
            {
                person.SignedInWithoutSecondFactor();
            }
        });
        if (Is(40))
        {
            await customer.WithAppAsync();
        }

        if (Is(40))
        {
            await customer.WithPhoneAsync();
        }

        var browser = accounts.OpenBrowser();
        if (!isDisabled && Is(30))
        {
            await browser.SignedInAsync(customer);
            await browser.TrustAsync(await browser.SignInAsync());
            await browser.EndAsync();
            browser.Session = null;
        }

        if (Is(6))
        {
            await accounts.FillPasswordCounterAsync(
                browser.Device is null ? await NameOfAsync(customer) : Failures.InDevice(await DeviceAsync(customer)));
        }

        if (Is(6))
        {
            await accounts.WriteAsync(new AttemptCounter
            {
                Key = LimitTable.AddressShort.KeyOf(browser.Address),
                Count = LimitTable.AddressShort.Most,
                WindowStart = accounts.Now,
                ExpiresAt = accounts.Now + LimitTable.AddressShort.Window,
            });
        }

        if (Is(10))
        {
            await TakePasswordAsync(customer);
        }

        return (request, customer, browser);
    }

    /// <summary>As of somebody who was imported and never chose one.</summary>
    private Task<int> TakePasswordAsync(Customer customer) => accounts.ReadAsync(database => database.Users
        .Where(person => person.Id == customer.Id)
        .ExecuteUpdateAsync(set => set.SetProperty(person => person.PasswordHash, (string?)null)));

    /// <summary>The real way: what each answer of the gate asks for is done, and the gate is asked again.</summary>
    private static async Task<List<string>> HappenAsync(AuthorizationRequest request, Customer customer, Browser browser)
    {
        var happened = new List<string> { InWords(await browser.NextAsync(request)) };
        if (await browser.PasswordAsync(customer, request: request) is var outcome and not PasswordOutcome.Succeeded)
        {
            happened.Add(outcome.GetType().Name);
            return happened;
        }

        for (var step = 0; step < 12; step++)
        {
            var next = await browser.NextAsync(request);
            var method = next switch
            {
                NextStep.ChallengeSecondFactor challenge => await ProveAsync(request, customer, browser, challenge.Methods),
                NextStep.EnrollSecondFactor enrolment => await EnrolAsync(request, customer, browser, enrolment.Methods),
                NextStep.SaveRecoveryCodes => await SaveCodesAsync(browser),
                NextStep.AskConsent => await ConsentAsync(request, browser),
                _ => (ProofMethod?)null,
            };
            happened.Add(InWords(next) + (method is { } by ? $" {by}" : ""));
            if (next is NextStep.Issue issue)
            {
                happened.Add(issue.Authentication.Acr);
                return happened;
            }

            if (next is NextStep.Refuse)
            {
                return happened;
            }
        }

        return happened;
    }

    private static async Task<ProofMethod?> ProveAsync(
        AuthorizationRequest request, Customer customer, Browser browser, IReadOnlySet<ProofMethod> methods)
    {
        var method = methods.Order().FirstOrDefault(method => method != ProofMethod.RecoveryCode, ProofMethod.RecoveryCode);
        var outcome = method switch
        {
            ProofMethod.AuthenticatorApp => await browser.AppCodeAsync(request, await customer.AppCodeAsync()),
            ProofMethod.TextMessage => await TextCodeAsync(request, customer, browser),
            ProofMethod.MailCode => await MailCodeAsync(request, customer, browser),
            _ => throw new InvalidOperationException($"Nobody here can prove {method}."),
        };
        Assert.IsType<CodeOutcome.Accepted>(outcome);
        return method;
    }

    private static async Task<CodeOutcome> TextCodeAsync(AuthorizationRequest request, Customer customer, Browser browser)
    {
        var signIn = await browser.SignInAsync();
        Assert.IsType<SendOutcome.Sent>(await browser.ActAsync<TextCodes, SendOutcome>(
            (codes, visit) => codes.SendAsync(visit, signIn, phone: null, CancellationToken.None)));
        var code = await customer.SentCodeAsync();
        return await browser.ActAsync<TextCodes, CodeOutcome>(
            (codes, visit) => codes.CheckAsync(visit, request, signIn, phone: null, code, CancellationToken.None));
    }

    private static async Task<CodeOutcome> MailCodeAsync(AuthorizationRequest request, Customer customer, Browser browser)
    {
        var signIn = await browser.SignInAsync();
        Assert.IsType<SendOutcome.Sent>(await browser.ActAsync<MailCodes, SendOutcome>(
            (codes, visit) => codes.SendAsync(visit, signIn, CancellationToken.None)));
        var code = await customer.SentCodeAsync();
        return await browser.ActAsync<MailCodes, CodeOutcome>(
            (codes, visit) => codes.CheckAsync(visit, request, signIn, code, CancellationToken.None));
    }

    private static async Task<ProofMethod?> EnrolAsync(
        AuthorizationRequest request, Customer customer, Browser browser, IReadOnlySet<ProofMethod> methods)
    {
        Assert.Contains(ProofMethod.AuthenticatorApp, methods);
        var signIn = await browser.SignInAsync();
        await browser.BeginAppAsync(signIn);
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmAppAsync(request, signIn, await customer.AppCodeAsync()));
        return ProofMethod.AuthenticatorApp;
    }

    private static async Task<ProofMethod?> SaveCodesAsync(Browser browser)
    {
        var signIn = await browser.SignInAsync();
        await browser.MakeRecoveryCodesAsync(signIn);
        var codes = await browser.RecoveryCodesBeingSavedAsync(signIn);
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmRecoveryCodeAsync(signIn, codes![0]));
        return null;
    }

    private static async Task<ProofMethod?> ConsentAsync(AuthorizationRequest request, Browser browser)
    {
        var signIn = await browser.SignInAsync();
        await browser.ActAsync<ConsentDecision>((decision, _) => decision.AllowAsync(request, signIn, CancellationToken.None));
        return null;
    }

    private Task<Simulation> SimulateAsync(AuthorizationRequest request, Customer customer, SimulatedVisit visit) =>
        accounts.RunAsync<SimulateSignIn, Simulation>(on => on.ExecuteAsync(request, customer.UserName, visit, CancellationToken.None));

    /// <summary>Whatever a simulation could leave behind.</summary>
    private Task<int> CountAsync() => accounts.ReadAsync(async database =>
        await database.Sessions.CountAsync() + await database.SecurityEvents.CountAsync()
        + await database.AttemptCounters.SumAsync(counter => counter.Count + 1));

    private Task<string> NameOfAsync(Customer customer) =>
        accounts.ReadAsync(database => database.Users.Where(person => person.Id == customer.Id)
            .Select(person => person.NormalizedUserName!).SingleAsync());

    private Task<Guid> DeviceAsync(Customer customer) => accounts.ReadAsync(database => database.TrustedDevices
        .Where(device => device.PersonId == customer.Id).Select(device => device.Id).SingleAsync());

    private static List<string> InWords(Simulation simulation) =>
    [
        .. simulation.Steps.Select(step => InWords(step.Step) + (step.By is { } by ? $" {by}" : "")),
        .. simulation.Obstacle is { } obstacle ? (string[])[obstacle.GetType().Name] : [],
        .. simulation.Steps[^1].Step is NextStep.Issue issue ? (string[])[issue.Authentication.Acr] : [],
    ];

    private static string InWords(NextStep step) => step.GetType().Name;

    /// <summary>At random, and the same in each run.</summary>
    private sealed class Dice(int seed)
    {
        private int _thrown;

        public int Next(int below) => Next(0, below);

        public int Next(int from, int below) => from + (int)(BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}/{_thrown++}")))) % (uint)(below - from));
    }
}
