using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Delivery.Mail;
using Xunit;

namespace Sso.Accounts.Tests.Mails;

/// <summary>What developers see of the mails has the numbers of this installation.</summary>
public sealed class MailSamplesTests(LongWaits accounts) : IClassFixture<LongWaits>
{
    [Fact]
    public void The_code_lives_as_long_as_a_code() =>
        Assert.Contains($" {MessageChallenge.Lifetime.TotalMinutes:0} minuti", Sample("codice").Text, StringComparison.Ordinal);

    [Fact]
    public void The_deletion_is_due_when_the_setting_says() => Assert.Contains(At(LongWaits.Deletion), Texts());

    [Fact]
    public void The_way_back_opens_when_the_setting_says_and_stays_open_as_long_as_it_does()
    {
        Assert.Contains(At(LongWaits.LostFactor), Texts());
        Assert.Contains(At(LongWaits.LostFactor + FactorRecovery.Window), Texts());
    }

    private string Texts() => string.Join('\n', Samples().Select(mail => mail.Text)).Replace('\u00a0', ' ');

    private MailMessage Sample(string subject) =>
        Samples().First(mail => mail.Subject.Contains(subject, StringComparison.OrdinalIgnoreCase));

    private IReadOnlyList<MailMessage> Samples() => accounts.Get<MailPreview>().Write(new Visit(), "it");

    private string At(TimeSpan later)
    {
        var anna = new Person { Locale = "it", ZoneInfo = "Europe/Rome", CreatedAt = accounts.Now, UpdatedAt = accounts.Now };
        return MailReader.Of(anna).At(accounts.Now + later).Replace('\u00a0', ' ');
    }
}

/// <summary>Where the waits are not the usual ones.</summary>
public sealed class LongWaits : AccountsDatabase
{
    public static readonly TimeSpan Deletion = TimeSpan.FromDays(20);
    public static readonly TimeSpan LostFactor = TimeSpan.FromHours(36);

    protected override Dictionary<string, string?> Settings =>
        new() { ["SignIn:AccountDeletionWait"] = $"{Deletion:c}", ["SignIn:LostFactorWait"] = $"{LostFactor:c}" };
}
