using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Admin.Clients;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Registration;

namespace Sso.Admin.Registrations;

/// <summary>A registration that an application made for itself. Both secrets exist only in this answer.</summary>
public sealed record RegisteredClient(ClientRegistration Client, string? Secret, string? ManagementToken)
{
    public override string ToString() => $"client {Client.Id}";
}

/// <summary>
/// What an application can do with its own registration (RFC 7591 §3, RFC 7592 §2): the same rules as for an operator, within the policy;
/// it is unverified, and consent is always asked for.
/// </summary>
public sealed class RegisterClient(
    SsoDbContext database, AddClient clients, MetadataReader reader, LogoFetcher logos, RegistrationPolicy policy, TimeProvider clock)
{
    private const string ManagementPrefix = "ssorm_";

    /// <param name="metadata">As it came.</param>
    /// <param name="initialTokenHash">The hash of the initial access token, of which this uses up one registration; null if none is
    /// needed.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<RegisteredClient, Refusal>> AddAsync(
        ClientMetadata metadata, byte[]? initialTokenHash, CancellationToken cancellation)
    {
        var id = "dyn-" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        if ((await MakeAsync(id, metadata, cancellation)).Failed(out var refusal, out var client))
        {
            return refusal;
        }

        var (secret, management) = (
            NeedsSecret(client) ? ClientSecret.New() : null,
            ManagementPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        (client.FirstSecret, client.RegistrationTokenHash) = (OwnSecret(secret), HashOf(management));
        await clients.SealAsync(client, secret, cancellation);
        return await database.AllOrNothingAsync<RegisteredClient>(async () =>
        {
            await database.RaiseClientsVersionAsync(cancellation);
            if (await database.Clients.CountAsync(row => row.IsUnverified && row.DisabledAt == null, cancellation) >= policy.MostClients)
            {
                return Refusal.Taken("client_name", "No more applications can register themselves here.", "Ask the operator.");
            }

            if (initialTokenHash is not null && !await TryUseAsync(initialTokenHash, cancellation))
            {
                return Refusal.NotFound(
                    "registration_token", "The initial access token is used up or over.", "Ask the operator for another.");
            }

            database.Clients.Add(client);
            Record(client, "registered itself", before: null);
            return new RegisteredClient(client, secret, management);
        }, cancellation);
    }

    /// <summary>
    /// RFC 7592 §2.2: what is sent replaces what was there; what is left out falls back to its default. Id and secret stay.
    /// </summary>
    public async Task<Result<RegisteredClient, Refusal>> ReplaceAsync(
        ClientRegistration former, ClientMetadata metadata, CancellationToken cancellation)
    {
        if (metadata.ClientId != former.Id)
        {
            return Refusal.Invalid(new FieldProblem(
                "client_id",
                "The client_id is missing or another one (RFC 7592 §2.2).",
                "Send the whole registration, with its client_id."));
        }

        if (metadata.ClientSecret is { } sent
            && (former.SecretHash is null || !CryptographicOperations.FixedTimeEquals(ClientSecret.HashOf(sent), former.SecretHash)))
        {
            return Refusal.Invalid(new FieldProblem(
                "client_secret", "The secret is not the current one; it cannot be chosen (RFC 7592 §2.2).", "Leave it out."));
        }

        if ((await MakeAsync(former.Id, metadata, cancellation)).Failed(out var refusal, out var client))
        {
            return refusal;
        }

        // Making it took a while, during which an operator may have changed a secret.
        if (await database.Clients.AsNoTracking().SingleOrDefaultAsync(row => row.Id == former.Id, cancellation) is not { } present)
        {
            return Gone();
        }

        former = present;
        // The secret of another method is of no use: it may not be stored in the form that this one needs.
        var keeps = NeedsSecret(client) && client.AuthenticationMethod == former.AuthenticationMethod;
        var secret = NeedsSecret(client) && !keeps ? ClientSecret.New() : null;
        if (!keeps)
        {
            client.FirstSecret = OwnSecret(secret);
            await clients.SealAsync(client, secret, cancellation);
        }

        client.RegistrationTokenHash = former.RegistrationTokenHash;
        if (!await SaveAsync(client, "changed its registration", mayBeNew: false, keeps, cancellation))
        {
            return Gone();
        }

        return new RegisteredClient(client, secret, ManagementToken: null);
    }

    /// <summary>The client that a document at the address <paramref name="id"/> describes; written only if it changed.</summary>
    public async Task<Result<RegisteredClient, Refusal>> DescribeAsync(string id, ClientMetadata metadata, CancellationToken cancellation)
    {
        if ((await MakeAsync(id, metadata, cancellation)).Failed(out var refusal, out var client))
        {
            return refusal;
        }

        var former = await database.Clients.AsNoTracking().SingleOrDefaultAsync(row => row.Id == id, cancellation);
        if (former is { DisabledAt: not null } or { IsUnverified: false }
            || (former is null
                && await database.Clients.CountAsync(row => row.IsUnverified && row.DisabledAt == null, cancellation)
                    >= policy.MostClients))
        {
            return Refusal.Taken("client_id", "This client is not taken.", "Ask the operator.");
        }

        await SaveAsync(
            client, former is null ? "described itself" : "changed its description", mayBeNew: true, keepsSecrets: false, cancellation);
        return new RegisteredClient(client, Secret: null, ManagementToken: null);
    }

    /// <summary>The client of this management token; null for a wrong token and an unknown client alike.</summary>
    public async Task<ClientRegistration?> FindAsync(string clientId, string token, CancellationToken cancellation)
    {
        var client = await database.Clients.AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == clientId && row.DisabledAt == null, cancellation);
        return CryptographicOperations.FixedTimeEquals(
            HashOf(token), client?.RegistrationTokenHash ?? new byte[SHA256.HashSizeInBytes])
            ? client
            : null;
    }

    /// <summary>True if one more application may register with the token. Nothing is used up yet.</summary>
    public Task<bool> IsGoodAsync(byte[] initialTokenHash, CancellationToken cancellation) => Good(initialTokenHash).AnyAsync(cancellation);

    /// <summary>The registration that these metadata describe, checked by every rule; nothing is written.</summary>
    internal async Task<Result<ClientRegistration, Refusal>> MakeAsync(string id, ClientMetadata metadata, CancellationToken cancellation)
    {
        if (reader.Read(id, metadata).Failed(out var refusal, out var input)
            || (await clients.CheckAsync(input with { Id = "checked-elsewhere" }, RegisteredBy.Application, cancellation))
                .Failed(out refusal, out var sector))
        {
            return refusal;
        }

        return new ClientRegistration(
            AddClient.Complete(input) with
            {
                Sector = sector.Host,
                GrantTypes = MetadataReader.GrantTypesOf(metadata),
                Scopes = reader.ScopesOf(metadata),
                BackchannelLogoutSessionRequired = metadata.BackchannelLogoutSessionRequired == true,
                // RFC 9700 §2.1.1: foreign clients without PKCE can use a nonce instead; a confidential one may go without, as the
                // standard's own test plans do.
                RequirePkce = input.IsPublic,
                PolicyUri = metadata.PolicyUri,
                TermsUri = metadata.TosUri,
                ClientUri = metadata.ClientUri,
                Logo = await logos.FetchAsync(metadata.LogoUri, cancellation),
                Contacts = metadata.Contacts ?? [],
                ApplicationType = metadata.ApplicationType,
                IsUnverified = true,
                ConsentRequired = true,
            },
            clock.GetUtcNow());
    }

    /// <summary>
    /// Writes the client again under its id, and nothing if it says what it said before; false if it was removed meanwhile and may not come
    /// back this way.
    /// </summary>
    private async Task<bool> SaveAsync(
        ClientRegistration client, string what, bool mayBeNew, bool keepsSecrets, CancellationToken cancellation)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.RaiseClientsVersionAsync(cancellation);
        var former = await database.Clients.SingleOrDefaultAsync(row => row.Id == client.Id, cancellation);
        var before = former is null ? null : ClientView.Of(former);
        if (former is null && !mayBeNew)
        {
            return false;
        }

        if (former is null)
        {
            database.Clients.Add(client);
        }
        else
        {
            KeepWhatIsTheOperators(former, client);
            if (keepsSecrets)
            {
                KeepSecrets(former, client);
            }

            database.Entry(former).CurrentValues.SetValues(client with { CreatedAt = former.CreatedAt });
            // The raised version is rolled back with the transaction.
            if (database.Entry(former).State == EntityState.Unchanged)
            {
                return true;
            }
        }

        Record(client, what, before);
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static Refusal Gone() => Refusal.NotFound("client_id", "This client was removed.", "Register it again.");

    /// <summary>What an application may not say of itself is not lost when it sends everything else again.</summary>
    private static void KeepWhatIsTheOperators(ClientRegistration former, ClientRegistration client)
    {
        (client.SecondFactor, client.GraceSignIns, client.BrandId) = (former.SecondFactor, former.GraceSignIns, former.BrandId);
        (client.AcceptsTextMessages, client.AcceptsMailCodes, client.AcceptsTrustedDevices) = (
            former.AcceptsTextMessages, former.AcceptsMailCodes, former.AcceptsTrustedDevices);
        client.AllowsIdTokenResponses |= former.AllowsIdTokenResponses;
        client.IdTokenClaims = former.IdTokenClaims;
        (client.Profile, client.DpopBound, client.CertificateBound, client.TlsSubject) = (
            former.Profile, client.DpopBound || former.DpopBound, former.CertificateBound, former.TlsSubject);
        (client.DisabledAt, client.TokensValidFrom) = (former.DisabledAt, former.TokensValidFrom);
        // Our copy of a picture is taken once, and cannot be swapped afterwards at its address.
        client.Logo = client.LogoUri == former.LogoUri ? former.Logo ?? client.Logo : client.Logo;
    }

    /// <summary>Those of this moment: one that an operator has just ended must not come back.</summary>
    private static void KeepSecrets(ClientRegistration former, ClientRegistration client) =>
        (client.FirstSecret, client.SecondSecret) = (former.FirstSecret, former.SecondSecret);

    /// <summary>It does not end: nobody here would make another for its application.</summary>
    private StoredSecret? OwnSecret(string? secret) =>
        secret is null ? null : new NewSecret { ExpiresInDays = null }.Store(secret, isSealed: null, clock.GetUtcNow());

    private static bool NeedsSecret(ClientRegistration client) => client.AuthenticationMethod.IsBySecret();

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private IQueryable<RegistrationToken> Good(byte[] hash)
    {
        var now = clock.GetUtcNow();
        return database.RegistrationTokens.Where(token => token.Hash == hash && token.ExpiresAt > now && token.Uses < token.MostUses);
    }

    private async Task<bool> TryUseAsync(byte[] hash, CancellationToken cancellation) =>
        await Good(hash).ExecuteUpdateAsync(set => set.SetProperty(token => token.Uses, token => token.Uses + 1), cancellation) == 1;

    private void Record(ClientRegistration client, string what, ClientView? before)
    {
        var changes = RecordedChanges.Of(before?.ToJson(), ClientView.Of(client).ToJson());
        database.SecurityEvents.Add(SecurityEvent.ClientChanged(clock.GetUtcNow(), client.Id, what, changes));
    }
}
