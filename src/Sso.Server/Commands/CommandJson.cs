using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sso.Accounts.Administrators;
using Sso.Accounts.Passwords;
using Sso.Accounts.People;
using Sso.Admin;
using Sso.Admin.Brands;
using Sso.Admin.Clients;
using Sso.Admin.Deliveries;
using Sso.Admin.Diagnosis;
using Sso.Admin.Files;
using Sso.Admin.Keys;
using Sso.Admin.Logouts;
using Sso.Admin.Registrations;
using Sso.Admin.Nodes;
using Sso.Admin.Resources;
using Sso.Admin.Webhooks;
using Sso.Data.Administrators;
using Sso.Data.Delivery;
using Sso.Data.Files;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Server.Doctor;
using Sso.Server.Http;
using Sso.Server.Preview;

namespace Sso.Server.Commands;

/// <summary>What <c>--json</c> writes.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true,
    Converters =
    [
        typeof(WordConverter<AdministratorRole>),
        typeof(WordConverter<AppliedKind>),
        typeof(WordConverter<AuditFlawKind>),
        typeof(WordConverter<ClientMistake>),
        typeof(WordConverter<ClientProfile>),
        typeof(WordConverter<FindingState>),
        typeof(WordConverter<GateEnd>),
        typeof(WordConverter<GateStep>),
        typeof(WordConverter<ClientType>),
        typeof(WordConverter<KeyState>),
        typeof(WordConverter<LogoutNoticeStatus>),
        typeof(WordConverter<MailTrouble>),
        typeof(WordConverter<OutgoingMailStatus>),
        typeof(WordConverter<PlannedAct>),
        typeof(WordConverter<ProofMethod>),
        typeof(WordConverter<RefusalKind>),
        typeof(WordConverter<SecondFactorPolicy>),
        typeof(WordConverter<SecurityEventKind>),
        typeof(WordConverter<TextPurpose>),
        typeof(WordConverter<TextReceiptStatus>),
        typeof(WordConverter<WebhookDeliveryStatus>),
    ])]
[JsonSerializable(typeof(List<ActionView>))]
[JsonSerializable(typeof(List<AuthorizationTypeView>))]
[JsonSerializable(typeof(AuditFindings))]
[JsonSerializable(typeof(WrittenBackupDocument))]
[JsonSerializable(typeof(BrandView))]
[JsonSerializable(typeof(ClientAddedDocument))]
[JsonSerializable(typeof(ClientDiagnoses))]
[JsonSerializable(typeof(ClientView))]
[JsonSerializable(typeof(FileOutcome))]
[JsonSerializable(typeof(FirstLinkDocument))]
[JsonSerializable(typeof(ImmutableArray<AdministratorView>))]
[JsonSerializable(typeof(ImmutableArray<AlertView>))]
[JsonSerializable(typeof(ImmutableArray<BrandView>))]
[JsonSerializable(typeof(ImmutableArray<ClientView>))]
[JsonSerializable(typeof(ImmutableArray<DeliveryView>))]
[JsonSerializable(typeof(ImmutableArray<Finding>))]
[JsonSerializable(typeof(ImmutableArray<KeyView>))]
[JsonSerializable(typeof(ImmutableArray<LogoutView>))]
[JsonSerializable(typeof(ImmutableArray<MailView>))]
[JsonSerializable(typeof(ImmutableArray<NodeView>))]
[JsonSerializable(typeof(ImmutableArray<PersonEventView>))]
[JsonSerializable(typeof(ImmutableArray<PersonView>))]
[JsonSerializable(typeof(ImmutableArray<RefusalView>))]
[JsonSerializable(typeof(ImmutableArray<SecretView>))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(KeyRevoked))]
[JsonSerializable(typeof(KeysRotated))]
[JsonSerializable(typeof(LogoutsRetried))]
[JsonSerializable(typeof(MailsRetried))]
[JsonSerializable(typeof(MigratedDocument))]
[JsonSerializable(typeof(PasswordPolicyView))]
[JsonSerializable(typeof(PauseEnded))]
[JsonSerializable(typeof(PausesView))]
[JsonSerializable(typeof(PersonDetails))]
[JsonSerializable(typeof(PersonProfile))]
[JsonSerializable(typeof(PersonView))]
[JsonSerializable(typeof(RefusalDocument))]
[JsonSerializable(typeof(RegistrationTokenAdded))]
[JsonSerializable(typeof(RegistrationTokenView))]
[JsonSerializable(typeof(ImmutableArray<RegistrationTokenView>))]
[JsonSerializable(typeof(ResourceView))]
[JsonSerializable(typeof(ImmutableArray<ResourceView>))]
[JsonSerializable(typeof(PreviewDocument))]
[JsonSerializable(typeof(RestoredDocument))]
[JsonSerializable(typeof(SecretsRenewed))]
[JsonSerializable(typeof(SimulationDocument))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(ImmutableArray<WebhookView>))]
[JsonSerializable(typeof(WebhookWithSecret))]
[JsonSerializable(typeof(WebhookDeliveryView))]
[JsonSerializable(typeof(ImmutableArray<WebhookDeliveryView>))]
[JsonSerializable(typeof(ImmutableArray<WebhookType>))]
[JsonSerializable(typeof(WebhooksReplayed))]
internal sealed partial class CommandJson : JsonSerializerContext
{
    /// <summary>Never put into a page, so nothing but JSON's own characters is escaped.</summary>
    public static CommandJson Readable =>
        field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <summary>A new client for scripts: the two values that its configuration needs come first.</summary>
internal sealed record ClientAddedDocument(
    string ClientId, string? ClientSecret, string? Issuer, ClientView Client, ImmutableArray<string> Warnings)
{
    /// <summary>What the author of the application writes, where its stack was named.</summary>
    public string? Snippet { get; init; }
}

internal sealed record MigratedDocument(string Provider, ImmutableArray<string> Applied);

internal sealed record RefusalDocument(RefusalKind Error, ImmutableArray<ProblemDocument> Problems);

/// <param name="Field">The name of the field in every answer.</param>
/// <param name="Typed">The option or argument for it.</param>
internal sealed record ProblemDocument(string Field, string Typed, string What, string Remedy);
