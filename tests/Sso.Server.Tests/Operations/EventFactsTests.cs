using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>Rows that earlier versions wrote are read as what they said.</summary>
[Spec("S131")]
[OneDatabase]
public sealed class EventFactsTests
{
    [Theory]
    [InlineData(SecurityEventKind.SignedIn, "Password AuthenticatorApp", ProofMethod.AuthenticatorApp, "0 1", null)]
    [InlineData(SecurityEventKind.SignedIn, "Password TrustedDevice", ProofMethod.Password, "0 5", null)]
    [InlineData(SecurityEventKind.SignedIn, "Passkey TextMessage", ProofMethod.TextMessage, "4 2", null)]
    [InlineData(SecurityEventKind.SignedIn, "pwd otp mfa", ProofMethod.AuthenticatorApp, "0 1", "pwd otp mfa")]
    [InlineData(SecurityEventKind.SignedIn, "pwd sms mfa", ProofMethod.TextMessage, "0 2", "pwd sms mfa")]
    [InlineData(SecurityEventKind.SignedIn, "pop mfa", ProofMethod.Passkey, "4", "pop mfa")]
    [InlineData(SecurityEventKind.SignedIn, "pwd pop mfa", ProofMethod.Passkey, "0 4", "pwd pop mfa")]
    [InlineData(SecurityEventKind.SignedIn, "pwd mca", ProofMethod.MailCode, "0 6", "pwd mca")]
    [InlineData(SecurityEventKind.SignedIn, "pwd", ProofMethod.Password, "0", "pwd")]
    [InlineData(SecurityEventKind.SecondFactorProved, "Passkey", ProofMethod.Passkey, "4", null)]
    [InlineData(SecurityEventKind.SecondFactorFailed, "RecoveryCode", ProofMethod.RecoveryCode, "3", null)]
    [InlineData(SecurityEventKind.SecondFactorEnrolled, "MailCode", ProofMethod.MailCode, "6", null)]
    [InlineData(SecurityEventKind.SecondFactorRemoved, "TextMessage", ProofMethod.TextMessage, "2", null)]
    [InlineData(SecurityEventKind.LostFactorReported, "Password", ProofMethod.Password, "0", null)]
    [InlineData(SecurityEventKind.LostFactorLinkUsed, "mailbox", null, "", "mailbox")]
    [InlineData(SecurityEventKind.ConsentGiven, "email openid", null, "", "email openid")]
    [InlineData(SecurityEventKind.PersonChanged, "Password", null, "", "Password")]
    [InlineData(SecurityEventKind.ClientChanged, "added", null, "", "added")]
    [InlineData(SecurityEventKind.SecondFactorProved, "0", null, "", "0")]
    [InlineData(SecurityEventKind.SignedIn, "", null, "", "")]
    [InlineData(SecurityEventKind.SignedOut, null, null, "", null)]
    public void A_former_detail_is_read_by_its_kind(
        SecurityEventKind kind, string? detail, ProofMethod? named, string methods, string? rest)
    {
        var facts = EventFacts.Of(new(DateTimeOffset.UnixEpoch, kind) { Detail = detail });

        Assert.Equal((named, methods, rest), (facts.Named, ProvedMethods.Of(facts.Methods).Stored, facts.Detail));
        Assert.Null(facts.Device);
    }

    [Theory]
    [InlineData("Firefox, Windows", "Firefox", "Windows")]
    [InlineData("Samsung Internet, Android", "Samsung Internet", "Android")]
    [InlineData("Firefox", "Firefox", null)]
    public void The_browser_of_a_former_wrong_password_is_read(string detail, string browser, string? system)
    {
        var facts = EventFacts.Of(new(DateTimeOffset.UnixEpoch, SecurityEventKind.PasswordFailed) { Detail = detail });

        Assert.Equal(((browser, system), (string?)null), (facts.Device, facts.Detail));
        Assert.Empty(facts.Methods);
    }

    [Theory]
    [InlineData("0 1", "0 1")]
    [InlineData("1 99 x  -1 +2 4", "1 4")]
    [InlineData("", "")]
    public void What_was_forged_in_the_column_of_methods_stops_nobody(string stored, string read) =>
        Assert.Equal(read, ProvedMethods.Of(new ProvedMethods(stored).Each).Stored);
}
