using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Administrators;
using Sso.Data.Authorization;
using Sso.Data.Delivery;
using Sso.Data.Files;
using Sso.Data.Imports;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Sqlite;
using Sso.Data.Webhooks;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Xunit;

namespace Sso.Data.Tests;

/// <summary>
/// Rows keep these for years, and those of the security events are under the seal of the record: a number once given is never given to
/// something else.
/// </summary>
public sealed class StoredNumbersTests
{
    private static readonly Dictionary<Type, string> Pinned = new()
    {
        [typeof(AdministratorRole)] = "Owner 0, Security 1, AppManager 2, HelpDesk 3, Auditor 4",
        [typeof(AppliedKind)] = "Brand 1, Resource 2, Client 3",
        [typeof(ClientAuthenticationMethod)] =
            "ClientSecretBasic 0, ClientSecretPost 1, None 2, ClientSecretJwt 3, PrivateKeyJwt 4, TlsClientAuth 5, "
            + "SelfSignedTlsClientAuth 6",
        [typeof(ClientProfile)] = "Ordinary 0, Fapi2 1",
        [typeof(ContactKind)] = "Email 0, Number 1",
        [typeof(IdentityChecks)] = "None 0, Document 1, CalledBack 2, MetInPerson 4",
        [typeof(ImportJobStatus)] = "Checked 0, Running 1, Done 2, Stopped 3, GivenUp 4",
        [typeof(LogoutNoticeStatus)] = "Waiting 0, Told 1, GivenUp 2",
        [typeof(MailedLinkPurpose)] =
            "ResetPassword 0, NotMe 1, StopRecovery 2, OpenRecovery 3, ConfirmEmail 4, UndoChange 5, KeepAccount 6, "
            + "FirstAdministrator 7",
        [typeof(MailTrouble)] = "None 0, RelayNotReady 1, AddressRefused 2, TooLate 3, KeyUnknown 4",
        [typeof(OutgoingMailStatus)] = "Waiting 0, Sent 1, Failed 2, Decoy 3",
        [typeof(OutgoingTextStatus)] = "Waiting 0, Sent 1, Failed 2, AwaitingReceipt 3",
        [typeof(OwedNoticeKind)] = "PasswordChanged 0, FactorRemoved 1, Unlocked 2, SignedOut 3",
        [typeof(ProofMethod)] = "Password 0, AuthenticatorApp 1, TextMessage 2, RecoveryCode 3, Passkey 4, TrustedDevice 5, MailCode 6",
        [typeof(ProposedAct)] = "FactorReset 0, LooserPolicy 1",
        [typeof(SecondFactorPolicy)] = "Required 0, WhenEnrolled 1, None 2",
        [typeof(SecurityEventKind)] =
            "SignedIn 0, PasswordFailed 1, SecondFactorProved 2, SecondFactorFailed 3, SecondFactorEnrolled 4, "
            + "RecoveryCodesCreated 5, RecoveryCodeUsed 6, SignedOut 7, RefreshTokenReused 8, CodeReused 9, ClientChanged 10, "
            + "PersonChanged 11, KeysRotated 12, ConsentGiven 13, PasswordResetRequested 14, PasswordChanged 15, AccountSecured 16, "
            + "SecondFactorRemoved 17, TwoFactorDisabled 18, SessionEnded 19, AppRevoked 20, PasskeyFailed 21, DeviceTrusted 22, "
            + "DeviceForgotten 23, DeviceCopied 24, PasswordProved 25, ConsentRefused 26, GrantRefused 27, ClientRefused 28, "
            + "PersonRead 29, EventsDeleted 30, ValueRefused 31, BrandChanged 32, LostFactorReported 33, LostFactorLinkUsed 34, "
            + "LostFactorStopped 35, FactorsReplaced 36, ResourceChanged 37, KeyRevoked 38, RedirectUriRefused 39, "
            + "EmailChangeRequested 40, EmailChanged 41, NumberChanged 42, ContactsChanged 43, ContactsRestored 44, "
            + "DataExported 45, DeletionRequested 46, DeletionCalledOff 47, PersonDeleted 48, AddressLimited 49, "
            + "WebhookChanged 50, ApiRead 51, RequestRefused 52, DeliveryChanged 53, PeopleImported 54, BackupTaken 55, "
            + "DatabaseRestored 56",
        [typeof(TextNotice)] =
            "PasswordChanged 0, EmailChanged 1, NumberChanged 2, NumberRemoved 3, FactorAdded 4, FactorRemoved 5, "
            + "TwoFactorDisabled 6, RecoveryCodeUsed 7, FactorsLost 8, FactorsReplaced 9, NumberNotForSignIn 10, "
            + "NumberNotForNotices 11, DeletionRequested 12, Test 13",
        [typeof(TextPurpose)] = "SignIn 0, Enrolment 1, Notice 2",
        [typeof(TextReceiptStatus)] = "None 0, Pending 1, Failed 2, Refused 3, Delivered 4",
        [typeof(WaitingKind)] = "Device 0, Backchannel 1",
        [typeof(WebhookDeliveryStatus)] = "Waiting 0, Delivered 1, Failed 2",
    };

    public static TheoryData<string> Stored => [.. Pinned.Keys.Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Stored))]
    public void Each_name_has_the_number_that_rows_hold(string name)
    {
        var (type, pinned) = Pinned.Single(pair => pair.Key.Name == name);
        Assert.Equal(pinned, string.Join(", ", Enum.GetNames(type).Select(word => $"{word} {(int)Enum.Parse(type, word)}")));
    }

    [Fact]
    public void Every_enumeration_of_the_model_is_pinned_and_stored_by_its_number()
    {
        using var context = new ServiceCollection().AddSsoSqlite("Data Source=design.db").BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();
        var stored = context.Model.GetEntityTypes().SelectMany(table => table.GetProperties())
            .Where(property => (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType).IsEnum).ToList();

        Assert.Equal(
            Pinned.Keys.Select(type => type.Name).Order(),
            stored.Select(property => (Nullable.GetUnderlyingType(property.ClrType) ?? property.ClrType).Name).Distinct().Order());
        Assert.All(stored, property => Assert.Equal("INTEGER", property.GetColumnType()));
    }
}
