using System;
using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Sso.Data.PostgreSql.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "AccountDeletions",
                columns: table => new
                {
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    RequestedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    DueAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Language = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AccountDeletions", x => x.PersonId);
                });

            migrationBuilder.CreateTable(
                name: "AttemptCounters",
                columns: table => new
                {
                    Key = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false),
                    WindowStart = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    BlockedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AttemptCounters", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "AuditHead",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    Hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    DeletedThrough = table.Column<long>(type: "bigint", nullable: false),
                    DeletedHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    KeptFrom = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ErasedThrough = table.Column<long>(type: "bigint", nullable: false),
                    Key = table.Column<byte[]>(type: "bytea", maxLength: 128, nullable: false),
                    Mac = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditHead", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Brands",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    Name = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    Accent = table.Column<string>(type: "character varying(7)", maxLength: 7, nullable: false),
                    DarkAccent = table.Column<string>(type: "character varying(7)", maxLength: 7, nullable: true),
                    Tint = table.Column<string>(type: "character varying(7)", maxLength: 7, nullable: true),
                    Radius = table.Column<int>(type: "integer", nullable: false),
                    PrivacyUrl = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    AboutUrl = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    ContactUrl = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    SenderName = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    SupportContact = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    Hosts = table.Column<List<string>>(type: "text[]", nullable: false),
                    Logo = table.Column<byte[]>(type: "bytea", nullable: true),
                    LogoFormat = table.Column<string>(type: "character varying(3)", maxLength: 3, nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Brands", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Clients",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    AuthenticationMethod = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    SecretHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    SecretExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    OtherSecretHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    OtherSecretExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SealedSecret = table.Column<byte[]>(type: "bytea", maxLength: 200, nullable: true),
                    OtherSealedSecret = table.Column<byte[]>(type: "bytea", maxLength: 200, nullable: true),
                    Profile = table.Column<int>(type: "integer", nullable: false),
                    DpopBound = table.Column<bool>(type: "boolean", nullable: false),
                    CertificateBound = table.Column<bool>(type: "boolean", nullable: false),
                    TlsSubject = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: true),
                    Jwks = table.Column<string>(type: "character varying(32768)", maxLength: 32768, nullable: true),
                    JwksUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    RedirectUris = table.Column<List<string>>(type: "text[]", nullable: false),
                    PostLogoutRedirectUris = table.Column<List<string>>(type: "text[]", nullable: false),
                    Origins = table.Column<List<string>>(type: "text[]", nullable: false),
                    GrantTypes = table.Column<List<string>>(type: "text[]", nullable: false),
                    Scopes = table.Column<List<string>>(type: "text[]", nullable: false),
                    RequirePkce = table.Column<bool>(type: "boolean", nullable: false),
                    RequiresPushedRequests = table.Column<bool>(type: "boolean", nullable: false),
                    ConsentRequired = table.Column<bool>(type: "boolean", nullable: false),
                    SecondFactor = table.Column<int>(type: "integer", nullable: false),
                    GraceSignIns = table.Column<int>(type: "integer", nullable: false),
                    AcceptsTextMessages = table.Column<bool>(type: "boolean", nullable: false),
                    AcceptsMailCodes = table.Column<bool>(type: "boolean", nullable: false),
                    AcceptsTrustedDevices = table.Column<bool>(type: "boolean", nullable: false),
                    AuthorizationDetailTypes = table.Column<List<string>>(type: "text[]", nullable: false),
                    RequestUris = table.Column<List<string>>(type: "text[]", nullable: false),
                    RequestObjectSigningAlgorithm = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    RequiresSignedRequests = table.Column<bool>(type: "boolean", nullable: false),
                    UserInfoSigningAlgorithm = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    UserInfoEncryptionAlgorithm = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    UserInfoContentEncryption = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    IdTokenEncryptionAlgorithm = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    IdTokenContentEncryption = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    AllowsIdTokenResponses = table.Column<bool>(type: "boolean", nullable: false),
                    AuthorizationSigningAlgorithm = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    IdTokenSigningAlgorithm = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    IntrospectionSigningAlgorithm = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    PolicyUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    TermsUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    BackchannelLogoutUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    BackchannelLogoutSessionRequired = table.Column<bool>(type: "boolean", nullable: false),
                    FrontchannelLogoutUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    FrontchannelLogoutSessionRequired = table.Column<bool>(type: "boolean", nullable: false),
                    InitiateLoginUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    Sector = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    SectorIdentifierUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    LogoUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    Logo = table.Column<string>(type: "text", nullable: true),
                    ApplicationType = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: true),
                    ClientUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    Contacts = table.Column<List<string>>(type: "text[]", nullable: false),
                    IsUnverified = table.Column<bool>(type: "boolean", nullable: false),
                    RegistrationTokenHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    NotificationUri = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    ExchangeTargets = table.Column<List<string>>(type: "text[]", nullable: false),
                    BrandId = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    DisabledAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Clients", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ConfigurationVersions",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    Clients = table.Column<long>(type: "bigint", nullable: false),
                    Keys = table.Column<long>(type: "bigint", nullable: false),
                    Brands = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ConfigurationVersions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Consents",
                columns: table => new
                {
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Scopes = table.Column<List<string>>(type: "text[]", nullable: false),
                    GivenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    FlowId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Consents", x => new { x.PersonId, x.ClientId });
                });

            migrationBuilder.CreateTable(
                name: "ContactChanges",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    DoneAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    UndoneAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    NewEmail = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    OldEmail = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    NormalizedOldEmail = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    OldEmailConfirmed = table.Column<bool>(type: "boolean", nullable: false),
                    OldNumber = table.Column<byte[]>(type: "bytea", maxLength: 256, nullable: true),
                    FactorId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    NewFactorId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    WasForSignIn = table.Column<bool>(type: "boolean", nullable: false),
                    WasForNotices = table.Column<bool>(type: "boolean", nullable: false),
                    WasActivatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ContactChanges", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "DataKeys",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Wrapped = table.Column<byte[]>(type: "bytea", maxLength: 1024, nullable: false),
                    RetiredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DataKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "DataProtectionKeys",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    Xml = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DataProtectionKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "DeliveryAlerts",
                columns: table => new
                {
                    Key = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Limit = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    Subject = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_DeliveryAlerts", x => x.Key);
                });

            migrationBuilder.CreateTable(
                name: "FactorRecoveries",
                columns: table => new
                {
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    RequestedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ReadyAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Language = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    ReadyToldAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    OpenedFlowId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FactorRecoveries", x => x.PersonId);
                });

            migrationBuilder.CreateTable(
                name: "Grants",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Secret = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    SessionId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Scopes = table.Column<List<string>>(type: "text[]", nullable: false),
                    Resources = table.Column<List<string>>(type: "text[]", nullable: false),
                    UserInfoClaims = table.Column<List<string>>(type: "text[]", nullable: false),
                    AuthorizationDetails = table.Column<string>(type: "text", nullable: true),
                    Offline = table.Column<bool>(type: "boolean", nullable: false),
                    AuthenticatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Acr = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Amr = table.Column<List<string>>(type: "text[]", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    BoundTo = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    Generation = table.Column<int>(type: "integer", nullable: false),
                    RotatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    IdleExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    RevokedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RevokedBecause = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Grants", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "KnownBrowsers",
                columns: table => new
                {
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    BrowserHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    LastSeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_KnownBrowsers", x => new { x.PersonId, x.BrowserHash });
                });

            migrationBuilder.CreateTable(
                name: "Leases",
                columns: table => new
                {
                    Name = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    Holder = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Leases", x => x.Name);
                });

            migrationBuilder.CreateTable(
                name: "LogoutNotices",
                columns: table => new
                {
                    SessionId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Status = table.Column<int>(type: "integer", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAttemptAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    GivenUpAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LeasedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastOutcome = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    DoneAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LogoutNotices", x => new { x.SessionId, x.ClientId });
                });

            migrationBuilder.CreateTable(
                name: "MailedLinks",
                columns: table => new
                {
                    Hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Purpose = table.Column<int>(type: "integer", nullable: false),
                    ChangeId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    UsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MailedLinks", x => x.Hash);
                });

            migrationBuilder.CreateTable(
                name: "MessageChallenges",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    KeyId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    FactorId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    SessionId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Tries = table.Column<int>(type: "integer", nullable: false),
                    Sends = table.Column<int>(type: "integer", nullable: false),
                    LastSentAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    UsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_MessageChallenges", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "OutgoingMails",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Protected = table.Column<byte[]>(type: "bytea", maxLength: 16000, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Status = table.Column<int>(type: "integer", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAttemptAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LeasedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OutgoingMails", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "OutgoingTexts",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    ChallengeId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    FactorId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    Notice = table.Column<int>(type: "integer", nullable: true),
                    Protected = table.Column<byte[]>(type: "bytea", maxLength: 256, nullable: true),
                    Purpose = table.Column<int>(type: "integer", nullable: false),
                    Language = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Status = table.Column<int>(type: "integer", nullable: false),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    NextAttemptAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LeasedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    Outcome = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OutgoingTexts", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "OwedNotices",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_OwedNotices", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PairwiseKeys",
                columns: table => new
                {
                    Id = table.Column<int>(type: "integer", nullable: false),
                    Protected = table.Column<byte[]>(type: "bytea", maxLength: 128, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PairwiseKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "People",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    UpdatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    GivenName = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    FamilyName = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    MiddleName = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    Nickname = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    ProfilePage = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    Picture = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    Website = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: true),
                    Gender = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Birthdate = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    ZoneInfo = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Locale = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    StreetAddress = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    Locality = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    Region = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    PostalCode = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Country = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    DisabledAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RecoveryCodesSavedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    SignInsWithoutSecondFactor = table.Column<int>(type: "integer", nullable: false),
                    LastAccessAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastAccessAddress = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    UserName = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    NormalizedUserName = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    Email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    NormalizedEmail = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    EmailConfirmed = table.Column<bool>(type: "boolean", nullable: false),
                    PasswordHash = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    SecurityStamp = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    ConcurrencyStamp = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    TwoFactorEnabled = table.Column<bool>(type: "boolean", nullable: false),
                    LockoutEnd = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LockoutEnabled = table.Column<bool>(type: "boolean", nullable: false),
                    AccessFailedCount = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_People", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PushedRequests",
                columns: table => new
                {
                    Hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    Protected = table.Column<byte[]>(type: "bytea", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    UsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PushedRequests", x => x.Hash);
                });

            migrationBuilder.CreateTable(
                name: "RecoveryCodes",
                columns: table => new
                {
                    Hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    UsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RecoveryCodes", x => x.Hash);
                });

            migrationBuilder.CreateTable(
                name: "RegistrationTokens",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false),
                    Hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    MostUses = table.Column<int>(type: "integer", nullable: false),
                    Uses = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RegistrationTokens", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Resources",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: false),
                    Name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: false),
                    Scopes = table.Column<List<string>>(type: "text[]", nullable: false),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Resources", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "SecondFactors",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Method = table.Column<int>(type: "integer", nullable: false),
                    Protected = table.Column<byte[]>(type: "bytea", maxLength: 4096, nullable: false),
                    Name = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    CredentialHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ActivatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastUsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    LastStep = table.Column<long>(type: "bigint", nullable: false),
                    UsedForSignIn = table.Column<bool>(type: "boolean", nullable: false),
                    UsedForNotices = table.Column<bool>(type: "boolean", nullable: false),
                    ConsecutiveFailures = table.Column<int>(type: "integer", nullable: false),
                    Replaces = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    PendingSessionId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SecondFactors", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "SecurityEvents",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    At = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    SessionId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: true),
                    Address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Detail = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    Reason = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    Changes = table.Column<string>(type: "character varying(4000)", maxLength: 4000, nullable: true),
                    Actor = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    Node = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    RequestId = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    Sequence = table.Column<long>(type: "bigint", nullable: true),
                    Hash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    AddressHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    AddressProof = table.Column<byte[]>(type: "bytea", maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SecurityEvents", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Sessions",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Secret = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    HandleHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LastSeenAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Proofs = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    EnrolmentPostponed = table.Column<bool>(type: "boolean", nullable: false),
                    SignedInAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    PreviousAccessAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    PreviousAccessAddress = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    Address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    UserAgent = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true),
                    EndedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Sessions", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "SigningKeys",
                columns: table => new
                {
                    Id = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    Algorithm = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    PublicKey = table.Column<string>(type: "character varying(2000)", maxLength: 2000, nullable: false),
                    ProtectedPrivateKey = table.Column<byte[]>(type: "bytea", maxLength: 4000, nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ActiveFrom = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ActiveUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    PublishedUntil = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_SigningKeys", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "TextDeliveries",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    TextId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    ChallengeId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    Route = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: false),
                    MaskedNumber = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    Country = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: false),
                    Prefix = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    Purpose = table.Column<int>(type: "integer", nullable: false),
                    SentAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Cost = table.Column<int>(type: "integer", nullable: false),
                    Outcome = table.Column<string>(type: "character varying(50)", maxLength: 50, nullable: true),
                    ProviderId = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: true),
                    Receipt = table.Column<int>(type: "integer", nullable: false),
                    ReceiptAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ReceiptCode = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    Price = table.Column<int>(type: "integer", nullable: true),
                    EnteredAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TextDeliveries", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "TrustedDevices",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    SecretHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    FormerSecretHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    ReplacedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    LastUsedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Address = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    UserAgent = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TrustedDevices", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "WaitingRequests",
                columns: table => new
                {
                    Id = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    HandleHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: false),
                    UserCodeHash = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 32, nullable: true),
                    ClientId = table.Column<string>(type: "character varying(255)", maxLength: 255, nullable: false),
                    PersonId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    Protected = table.Column<byte[]>(type: "bytea", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ExpiresAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Interval = table.Column<int>(type: "integer", nullable: false),
                    Polls = table.Column<int>(type: "integer", nullable: false),
                    PolledAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ApprovedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    DeniedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    RedeemedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    GrantId = table.Column<byte[]>(type: "bytea", fixedLength: true, maxLength: 16, nullable: true),
                    Pings = table.Column<bool>(type: "boolean", nullable: false),
                    NotifyAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    NotifyTries = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_WaitingRequests", x => x.Id);
                });

            migrationBuilder.InsertData(
                table: "AuditHead",
                columns: new[] { "Id", "DeletedHash", "DeletedThrough", "ErasedThrough", "Hash", "KeptFrom", "Key", "Mac", "Sequence" },
                values: new object[] { 1, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 0L, 0L, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, null, new byte[0], new byte[0], 0L });

            migrationBuilder.InsertData(
                table: "ConfigurationVersions",
                columns: new[] { "Id", "Brands", "Clients", "Keys" },
                values: new object[] { 1, 0L, 0L, 0L });

            migrationBuilder.CreateIndex(
                name: "IX_AccountDeletions_DueAt",
                table: "AccountDeletions",
                column: "DueAt");

            migrationBuilder.CreateIndex(
                name: "IX_AttemptCounters_ExpiresAt",
                table: "AttemptCounters",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_ContactChanges_CreatedAt",
                table: "ContactChanges",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_ContactChanges_NormalizedOldEmail",
                table: "ContactChanges",
                column: "NormalizedOldEmail");

            migrationBuilder.CreateIndex(
                name: "IX_ContactChanges_PersonId",
                table: "ContactChanges",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_DeliveryAlerts_At",
                table: "DeliveryAlerts",
                column: "At");

            migrationBuilder.CreateIndex(
                name: "IX_FactorRecoveries_ExpiresAt",
                table: "FactorRecoveries",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_FactorRecoveries_ReadyAt",
                table: "FactorRecoveries",
                column: "ReadyAt");

            migrationBuilder.CreateIndex(
                name: "IX_Grants_ExpiresAt",
                table: "Grants",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_Grants_PersonId",
                table: "Grants",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_Grants_SessionId",
                table: "Grants",
                column: "SessionId");

            migrationBuilder.CreateIndex(
                name: "IX_KnownBrowsers_LastSeenAt",
                table: "KnownBrowsers",
                column: "LastSeenAt");

            migrationBuilder.CreateIndex(
                name: "IX_LogoutNotices_CreatedAt",
                table: "LogoutNotices",
                column: "CreatedAt");

            migrationBuilder.CreateIndex(
                name: "IX_LogoutNotices_PersonId_CreatedAt",
                table: "LogoutNotices",
                columns: new[] { "PersonId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_LogoutNotices_Status_NextAttemptAt",
                table: "LogoutNotices",
                columns: new[] { "Status", "NextAttemptAt" });

            migrationBuilder.CreateIndex(
                name: "IX_MailedLinks_ExpiresAt",
                table: "MailedLinks",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_MailedLinks_PersonId_Purpose",
                table: "MailedLinks",
                columns: new[] { "PersonId", "Purpose" });

            migrationBuilder.CreateIndex(
                name: "IX_MessageChallenges_ExpiresAt",
                table: "MessageChallenges",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_MessageChallenges_SessionId",
                table: "MessageChallenges",
                column: "SessionId");

            migrationBuilder.CreateIndex(
                name: "IX_OutgoingMails_ExpiresAt",
                table: "OutgoingMails",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_OutgoingMails_Status_NextAttemptAt",
                table: "OutgoingMails",
                columns: new[] { "Status", "NextAttemptAt" });

            migrationBuilder.CreateIndex(
                name: "IX_OutgoingTexts_ExpiresAt",
                table: "OutgoingTexts",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_OutgoingTexts_Status_NextAttemptAt",
                table: "OutgoingTexts",
                columns: new[] { "Status", "NextAttemptAt" });

            migrationBuilder.CreateIndex(
                name: "IX_OwedNotices_PersonId",
                table: "OwedNotices",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "EmailIndex",
                table: "People",
                column: "NormalizedEmail",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "UserNameIndex",
                table: "People",
                column: "NormalizedUserName",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PushedRequests_ExpiresAt",
                table: "PushedRequests",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_RecoveryCodes_PersonId",
                table: "RecoveryCodes",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_RegistrationTokens_ExpiresAt",
                table: "RegistrationTokens",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_RegistrationTokens_Hash",
                table: "RegistrationTokens",
                column: "Hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SecondFactors_CredentialHash",
                table: "SecondFactors",
                column: "CredentialHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_SecondFactors_PersonId",
                table: "SecondFactors",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_SecurityEvents_PersonId_At",
                table: "SecurityEvents",
                columns: new[] { "PersonId", "At" });

            migrationBuilder.CreateIndex(
                name: "IX_SecurityEvents_Sequence",
                table: "SecurityEvents",
                column: "Sequence",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Sessions_ExpiresAt",
                table: "Sessions",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_Sessions_HandleHash",
                table: "Sessions",
                column: "HandleHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Sessions_PersonId",
                table: "Sessions",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_SigningKeys_PublishedUntil",
                table: "SigningKeys",
                column: "PublishedUntil");

            migrationBuilder.CreateIndex(
                name: "IX_TextDeliveries_ChallengeId",
                table: "TextDeliveries",
                column: "ChallengeId");

            migrationBuilder.CreateIndex(
                name: "IX_TextDeliveries_Prefix_Purpose_SentAt",
                table: "TextDeliveries",
                columns: new[] { "Prefix", "Purpose", "SentAt" });

            migrationBuilder.CreateIndex(
                name: "IX_TextDeliveries_SentAt",
                table: "TextDeliveries",
                column: "SentAt");

            migrationBuilder.CreateIndex(
                name: "IX_TextDeliveries_TextId",
                table: "TextDeliveries",
                column: "TextId");

            migrationBuilder.CreateIndex(
                name: "IX_TrustedDevices_ExpiresAt",
                table: "TrustedDevices",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_TrustedDevices_PersonId",
                table: "TrustedDevices",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_WaitingRequests_ExpiresAt",
                table: "WaitingRequests",
                column: "ExpiresAt");

            migrationBuilder.CreateIndex(
                name: "IX_WaitingRequests_HandleHash",
                table: "WaitingRequests",
                column: "HandleHash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_WaitingRequests_NotifyAt",
                table: "WaitingRequests",
                column: "NotifyAt");

            migrationBuilder.CreateIndex(
                name: "IX_WaitingRequests_PersonId",
                table: "WaitingRequests",
                column: "PersonId");

            migrationBuilder.CreateIndex(
                name: "IX_WaitingRequests_UserCodeHash",
                table: "WaitingRequests",
                column: "UserCodeHash",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "AccountDeletions");

            migrationBuilder.DropTable(
                name: "AttemptCounters");

            migrationBuilder.DropTable(
                name: "AuditHead");

            migrationBuilder.DropTable(
                name: "Brands");

            migrationBuilder.DropTable(
                name: "Clients");

            migrationBuilder.DropTable(
                name: "ConfigurationVersions");

            migrationBuilder.DropTable(
                name: "Consents");

            migrationBuilder.DropTable(
                name: "ContactChanges");

            migrationBuilder.DropTable(
                name: "DataKeys");

            migrationBuilder.DropTable(
                name: "DataProtectionKeys");

            migrationBuilder.DropTable(
                name: "DeliveryAlerts");

            migrationBuilder.DropTable(
                name: "FactorRecoveries");

            migrationBuilder.DropTable(
                name: "Grants");

            migrationBuilder.DropTable(
                name: "KnownBrowsers");

            migrationBuilder.DropTable(
                name: "Leases");

            migrationBuilder.DropTable(
                name: "LogoutNotices");

            migrationBuilder.DropTable(
                name: "MailedLinks");

            migrationBuilder.DropTable(
                name: "MessageChallenges");

            migrationBuilder.DropTable(
                name: "OutgoingMails");

            migrationBuilder.DropTable(
                name: "OutgoingTexts");

            migrationBuilder.DropTable(
                name: "OwedNotices");

            migrationBuilder.DropTable(
                name: "PairwiseKeys");

            migrationBuilder.DropTable(
                name: "People");

            migrationBuilder.DropTable(
                name: "PushedRequests");

            migrationBuilder.DropTable(
                name: "RecoveryCodes");

            migrationBuilder.DropTable(
                name: "RegistrationTokens");

            migrationBuilder.DropTable(
                name: "Resources");

            migrationBuilder.DropTable(
                name: "SecondFactors");

            migrationBuilder.DropTable(
                name: "SecurityEvents");

            migrationBuilder.DropTable(
                name: "Sessions");

            migrationBuilder.DropTable(
                name: "SigningKeys");

            migrationBuilder.DropTable(
                name: "TextDeliveries");

            migrationBuilder.DropTable(
                name: "TrustedDevices");

            migrationBuilder.DropTable(
                name: "WaitingRequests");
        }
    }
}
