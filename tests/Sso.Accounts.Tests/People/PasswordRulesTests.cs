using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.People;

public sealed class PasswordRulesTests
{
    private static readonly PasswordPolicy Policy = new(PasswordPolicy.WithSecondFactor, "Nuvola");

    [Theory]
    [InlineData("zitrone", PasswordFlaw.TooShort)]
    [InlineData("🍋🍊🍐🍎🍌🍉🍇", PasswordFlaw.TooShort)]
    [InlineData("aaaaaaaaaaaa", PasswordFlaw.Repetitive)]
    [InlineData("abababababab", PasswordFlaw.Repetitive)]
    [InlineData("xq7xq7xq7xq7", PasswordFlaw.Repetitive)]
    [InlineData("abcdefghijklmnop", PasswordFlaw.Repetitive)]
    [InlineData("password", PasswordFlaw.Common)]
    [InlineData("PassWord", PasswordFlaw.Common)]
    [InlineData("password2026!", PasswordFlaw.Common)]
    [InlineData("passwordpassword", PasswordFlaw.Common)]
    [InlineData("juventus1897", PasswordFlaw.Common)]
    [InlineData("annabianchi", PasswordFlaw.Personal)]
    [InlineData("annabianchi2026annabianchi", PasswordFlaw.Personal)]
    [InlineData("Bianchi-2026!", PasswordFlaw.Personal)]
    [InlineData("posta.di.anna@example.com", PasswordFlaw.Personal)]
    [InlineData("NuvolaNuvola", PasswordFlaw.Personal)]
    [InlineData("nuvola2026", PasswordFlaw.Personal)]
    [Spec("S1"), Spec("S4")]
    public void A_guessable_password_is_refused_with_its_reason(string password, PasswordFlaw flaw) =>
        Assert.Equal(flaw, Find(password));

    [Theory]
    [InlineData("limone barca")]
    [InlineData("🍋🍊🍐🍎🍌🍉🍇🍓")]
    [InlineData("correct horse batterie è")]
    [InlineData("zwqkjvhgxmplbtd")]
    [InlineData("nuvola che passa piano")]
    [InlineData("una password lunga e tutta mia")]
    [Spec("S1"), Spec("S2")]
    public void Any_characters_do_when_it_is_long_and_not_guessable(string password) => Assert.Null(Find(password));

    [Theory]
    [InlineData("gattomarino bl", PasswordFlaw.TooShort)]
    [InlineData("gattomarino blu", null)]
    [Spec("S1")]
    public void A_password_that_stands_alone_needs_15_characters(string password, PasswordFlaw? flaw) =>
        Assert.Equal(flaw, PasswordRules.FindFlaw(password, Policy with { Shortest = PasswordPolicy.Alone }, "anna"));

    [Fact, Spec("S1")]
    public void A_password_may_have_1024_bytes_and_no_more()
    {
        var longest = string.Concat(Enumerable.Range(0, 256).Select(number => $"{number:x3}."));

        Assert.Null(Find(longest));
        Assert.Equal(PasswordFlaw.TooLong, Find(longest + "a"));
    }

    [Fact, Spec("S4")]
    public void The_list_is_here_and_long_enough() => Assert.True(CommonPasswords.Count >= 3_000, CommonPasswords.Version);

    [Fact, Spec("S4")]
    public void What_is_on_the_list_is_refused_by_an_assembly_that_knows_no_network()
    {
        using var list = new StreamReader(typeof(CommonPasswords).Assembly.GetManifestResourceStream("CommonPasswords.txt")!);
        var longEnough = list.ReadToEnd().Split('\n').Where(entry => entry.Length >= PasswordPolicy.WithSecondFactor).Take(20).ToList();

        Assert.Equal(20, longEnough.Count);
        Assert.All(longEnough, entry => Assert.NotNull(Find(entry)));
        // It may ask for the addresses of a name that is registered; to send something it would need one of these.
        Assert.DoesNotContain(
            typeof(PasswordRules).Assembly.GetReferencedAssemblies(),
            reference => reference.Name is "System.Net.Http" or "System.Net.Sockets"
                or "System.Net.Requests" or "System.Net.WebClient" or "System.Net.Quic");
    }

    private static PasswordFlaw? Find(string password) =>
        PasswordRules.FindFlaw(password, Policy, "annabianchi", "posta.di.anna@example.com", "Anna", "Bianchi");
}
