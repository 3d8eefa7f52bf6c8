using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.People;

[Spec("S8")]
[Spec("S150")]
public sealed class ImportPeopleTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    private const string Phrase = "limone barca stella";
    private static int _names;

    public static TheoryData<string> Hashes =>
    [
        BCrypt.Net.BCrypt.HashPassword(Phrase, 10),
        "pbkdf2_sha256$1000$seasalt$" + Pbkdf2("seasalt"u8.ToArray(), 1000, HashAlgorithmName.SHA256),
        Convert.ToBase64String([0, .. new byte[16], .. Convert.FromBase64String(Pbkdf2(new byte[16], 1000, HashAlgorithmName.SHA1))]),
    ];

    [Theory]
    [MemberData(nameof(Hashes))]
    public async Task The_old_password_signs_in_and_is_then_kept_by_our_own_hash(string hash)
    {
        var name = NewName();
        await ImportAsync($$"""{"user_name":"{{name}}","email":"{{name}}@example.it","email_verified":true,"password_hash":"{{hash}}"}""");

        Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync(name, Phrase + "!"));
        Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(name, Phrase));

        var stored = (await PersonAsync(name))!.PasswordHash!;
        Assert.StartsWith("$", stored, StringComparison.Ordinal);
        Assert.Equal(PasswordMatch.Right, PasswordHashing.Verify(Phrase, stored));
    }

    [Fact]
    public async Task The_app_and_the_phone_of_the_old_system_confirm_the_sign_in()
    {
        var (name, seed) = (NewName(), RandomNumberGenerator.GetBytes(20));
        await ImportAsync(
            new ImportChoices(PhonesAreVerified: true),
            $$"""{"user_name":"{{name}}","email":"{{name}}@example.it","password_hash":"{{BCrypt.Net.BCrypt.HashPassword(Phrase, 10)}}","""
                + $$""" "totp_secret":"{{Base32.Encode(seed).ToLowerInvariant()}}","phone":"+39 333 123 4567"}""");
        var (browser, request) = (accounts.OpenBrowser(), accounts.Request());

        Assert.IsType<PasswordOutcome.Succeeded>(await browser.PasswordAsync(name, Phrase, request));
        Assert.Equal(
            [ProofMethod.AuthenticatorApp, ProofMethod.TextMessage],
            Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(request)).Methods.Order());
        Assert.IsType<CodeOutcome.Accepted>(await browser.AppCodeAsync(request, AuthenticatorApp.Code(seed, accounts.Now)));

        // The old system's recovery codes stay there: new ones are made at the first sign-in.
        Assert.IsType<NextStep.SaveRecoveryCodes>(await browser.NextAsync(request));
    }

    [Theory]
    [InlineData("ada;ada@example.it", "line", "not JSON")]
    [InlineData("[]", "line", "not an object")]
    [InlineData("""{"\ud800":1}""", "line", "no text")]
    [InlineData("""{"user_name":"ada","mail":"ada@example.it"}""", "mail", "no such field")]
    [InlineData("""{"user_name":"ada"}""", "email", "missing")]
    [InlineData("""{"user_name":7,"email":"ada@example.it"}""", "user_name", "of another kind")]
    [InlineData("""{"user_name":"ada","email":null}""", "email", "of another kind")]
    public async Task A_line_that_is_no_person_is_told_what_is_wrong_with_it(string line, string field, string what)
    {
        var problem = Assert.Single((await ImportAsync(line)).Problems);
        Assert.Equal(field, problem.Field);
        Assert.Contains(what, problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reasons_that_reports_keep_have_their_numbers_for_good() => Assert.Equal(
        "Unreadable 0, TooLong 1, Value 2, Hash 3, HashCost 4, Seed 5, Phone 6, Twice 7, Taken 8, MissingField 9, UnknownField 10, "
            + "FieldOfAnotherKind 11",
        string.Join(", ", Enum.GetValues<ImportFault>().Select(fault => $"{fault} {(int)fault}")));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_line_that_cannot_be_taken_is_named_and_stops_the_file_unless_told_otherwise(bool skip)
    {
        var name = NewName();
        var report = await ImportAsync(
            new ImportChoices(SkipRefused: skip),
            $$"""{"user_name":"{{name}}","email":"{{name}}@example.it"}""",
            """{"user_name":"nobody"}""",
            "not json",
            "",
            """{"user_name":"a","email":"a@example.it","admin":true}""",
            """{"user_name":"b","email":"b@example.it","password_hash":"5f4dcc3b5aa765d61d8327deb882cf9"}""",
            """{"user_name":"c","email":"c@example.it","totp_secret":"1234"}""",
            """{"user_name":"d","email":"d@example.it","phone":"+39 06 1234567"}""",
            """{"user_name":"e","email":"no address"}""",
            $$"""{"user_name":"{{name}}","email":"other@example.it"}""",
            """{"user_name":"f","email":"f@example.it","roles":["admin"]}""");

        Assert.Equal((skip, 1), (report.Written, report.Imported));
        Assert.Equal(
            ["2 email", "3 line", "5 admin", "6 password_hash", "7 totp_secret", "8 phone", "9 email", "10 user_name", "11 roles"],
            report.Problems.Select(problem => $"{problem.Line} {problem.Field}"));
        Assert.DoesNotContain(report.Problems, problem => problem.ToString().Contains("5f4dcc", StringComparison.Ordinal));
        Assert.Equal(skip, await PersonAsync(name) is not null);
    }

    [Theory]
    [InlineData("pbkdf2_sha256$2147483648$seasalt$qJSvHvmQCLQXIRI8uGxfEKN9Alrkt5IWWxabn869aWY=")]
    [InlineData("$argon2id$v=19$m=67108864,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")]
    [InlineData("$2b$31$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW")]
    public async Task A_row_that_asks_for_endless_work_is_refused_and_told_so(string hash)
    {
        var report = await ImportAsync($$"""{"user_name":"g","email":"g@example.it","password_hash":"{{hash}}"}""");

        Assert.False(report.Written);
        Assert.Contains("more work than a sign-in may take", Assert.Single(report.Problems).What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_run_changes_nobody_and_is_no_failure_and_a_dry_run_writes_nothing()
    {
        var name = NewName();
        var line = $$"""{"user_name":"{{name}}","email":"{{name}}@example.it","name":"Anna"}""";
        Assert.Equal(1, (await ImportAsync(new ImportChoices(DryRun: true), line)).Imported);
        Assert.Equal(1, (await ImportAsync(line)).Imported);

        var again = await ImportAsync(line.Replace("Anna", "Berta", StringComparison.Ordinal));

        Assert.Equal((0, 1, 0), (again.Imported, again.AlreadyHere, again.Problems.Length));
        Assert.Equal("Anna", (await PersonAsync(name))!.Name);
    }

    [Fact]
    public async Task A_name_that_belongs_to_somebody_else_is_refused()
    {
        var name = NewName();
        await ImportAsync($$"""{"user_name":"{{name}}","email":"{{name}}@example.it"}""");

        var report = await ImportAsync($$"""{"user_name":"{{name}}","email":"somebody.else@example.it"}""");

        Assert.Equal("user_name", Assert.Single(report.Problems).Field);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_phone_becomes_a_second_factor_only_when_the_operator_vouches_for_the_file(bool vouched)
    {
        var name = NewName();
        var report = await ImportAsync(
            new ImportChoices(PhonesAreVerified: vouched),
            $$"""{"user_name":"{{name}}","email":"{{name}}@example.it","phone":"+39 333 123 4567"}""");

        Assert.Equal(vouched ? (1, 0) : (0, 1), (report.WithSecondFactor, report.PhonesLeftOut));
        var id = (await PersonAsync(name))!.Id;
        Assert.Equal(
            vouched ? 1 : 0, await accounts.ReadAsync(database => database.SecondFactors.CountAsync(factor => factor.PersonId == id)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_address_is_confirmed_only_when_the_operator_vouches_for_the_file(bool vouched)
    {
        var name = NewName();
        await ImportAsync(
            new ImportChoices(EmailsAreVerified: vouched),
            $$"""{"user_name":"{{name}}","email":"{{name}}@example.it","email_verified":true}""");
        Assert.Equal(vouched, (await PersonAsync(name))!.EmailConfirmed);
    }

    private static string NewName() => string.Create(CultureInfo.InvariantCulture, $"importata{Interlocked.Increment(ref _names)}");

    private static string Pbkdf2(byte[] salt, int rounds, HashAlgorithmName algorithm) =>
        Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(Phrase, salt, rounds, algorithm, 32));

    private Task<Person?> PersonAsync(string name) => accounts.ReadAsync(
        database => database.Users.AsNoTracking().SingleOrDefaultAsync(person => person.UserName == name));

    private Task<ImportReport> ImportAsync(params string[] lines) => ImportAsync(new ImportChoices(), lines);

    private Task<ImportReport> ImportAsync(ImportChoices choices, params string[] lines) =>
        accounts.RunAsync<ImportPeople, ImportReport>(import => import.ExecuteAsync(() => Each(lines), choices, CancellationToken.None));

    private static async IAsyncEnumerable<string> Each(string[] lines, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var line in lines)
        {
            await Task.CompletedTask;
            cancellation.ThrowIfCancellationRequested();
            yield return line;
        }
    }
}
