using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Server.Clients;
using Sso.Server.Http;

namespace Sso.Server.Trials;

/// <summary>
/// What an application does with the answer to its request: every step by the endpoint for it, with what discovery says and nothing that
/// the server knows otherwise. What it got ends before the report is shown.
/// </summary>
internal sealed class FinishTrial(OwnPipeline own, ClientDirectory clients, SsoOptions sso, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public async Task<TrialReport> ExecuteAsync(HttpContext http, SignInTrial trial, Client client)
    {
        var run = new Run(own, clients, sso.Issuer, clock, http, trial, client);
        await run.GoAsync();
        return run.Report(clock.GetUtcNow() - trial.BeganAt);
    }

    /// <summary>One trial, with what it has so far.</summary>
    private sealed class Run(
        OwnPipeline own, ClientDirectory clients, string issuer, TimeProvider clock, HttpContext http, SignInTrial trial, Client client)
    {
        private readonly List<TrialFinding> _findings = [];
        private JsonObject _discovery = [];
        private JsonObject _tokens = [];
        private JsonObject? _header;
        private JsonObject? _claims;
        private JsonObject? _person;

        public async Task GoAsync()
        {
            try
            {
                _ = await StepAsync(TrialStep.Code, () => Task.FromResult(CodeFlaw()))
                    && await StepAsync(TrialStep.Issuer, IssuerFlawAsync)
                    && await StepAsync(TrialStep.Tokens, TokensFlawAsync)
                    && await StepAsync(TrialStep.IdToken, IdTokenFlawAsync)
                    && await StepAsync(TrialStep.UserInfo, UserInfoFlawAsync);
            }
            finally
            {
                if (Text(_tokens, "access_token") is not null)
                {
                    await StepAsync(TrialStep.Revoked, RevokedFlawAsync);
                }
            }
        }

        public TrialReport Report(TimeSpan took) => new(
            _findings, took, _header?.ToJsonString(Indented), _claims?.ToJsonString(Indented), _person?.ToJsonString(Indented),
            _claims?["acr"]?.ToString(), _claims?["amr"] is JsonArray amr ? string.Join(' ', amr) : null);

        private async Task<bool> StepAsync(TrialStep step, Func<Task<TrialProblem?>> flaw)
        {
            var began = clock.GetTimestamp();
            var problem = await flaw();
            _findings.Add(new(step, problem, (long)clock.GetElapsedTime(began).TotalMilliseconds));
            return problem is null;
        }

        private TrialProblem? CodeFlaw() =>
            Query("error") is { } error ? Told(error, Query("error_description"))
            : Query("code") is null ? new(TrialFlaw.NoCode)
            : null;

        private async Task<TrialProblem?> IssuerFlawAsync()
        {
            if (await JsonAsync("/.well-known/openid-configuration") is not { } found)
            {
                return new(TrialFlaw.NoDiscovery);
            }

            _discovery = found;
            return Query("iss") == Text(found, "issuer") && Query("iss") == issuer
                ? null
                : new(TrialFlaw.OtherIssuer, $"{Query("iss")} ≠ {Text(found, "issuer")}");
        }

        private async Task<TrialProblem?> TokensFlawAsync()
        {
            var answer = await PostAsync("token_endpoint", new()
            {
                ["grant_type"] = "authorization_code",
                ["code"] = Query("code")!,
                ["redirect_uri"] = trial.RedirectUri,
                ["code_verifier"] = trial.Verifier,
            });
            if (Parse(answer) is not { } found)
            {
                return new(TrialFlaw.NoJson, $"{answer.Status}");
            }

            _tokens = found;
            return Text(found, "error") is { } error ? Told(error, Text(found, "error_description"))
                : Text(found, "id_token") is null || Text(found, "access_token") is null ? new(TrialFlaw.NoTokens)
                : null;
        }

        private async Task<TrialProblem?> IdTokenFlawAsync()
        {
            var token = Text(_tokens, "id_token")!;
            (_header, _claims) = token.Split('.') is [var header, var claims, _] ? (Decoded(header), Decoded(claims)) : (null, null);
            if (_claims is null)
            {
                return new(TrialFlaw.NoClaims);
            }

            // A code of somebody else, brought to this administrator by a link: what is known of them is not shown.
            if (clients.Find(client.Id) is not { } known || Text(_claims, "sub") != known.SubjectOf(trial.PersonId))
            {
                (_header, _claims) = (null, null);
                return new(TrialFlaw.OtherPerson);
            }

            if (await OwnTextAsync("jwks_uri") is not { } keys)
            {
                return new(TrialFlaw.NoKeys);
            }

            var checkedToken = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
            {
                ValidIssuer = issuer,
                ValidAudience = client.Id,
                IssuerSigningKeys = new JsonWebKeySet(keys).GetSigningKeys(),
                LifetimeValidator = (_, expires, _, _) => expires > clock.GetUtcNow().UtcDateTime,
            });
            return !checkedToken.IsValid ? new(TrialFlaw.Invalid, checkedToken.Exception.Message)
                : Text(_claims, "nonce") != trial.Nonce ? new(TrialFlaw.OtherNonce)
                : null;
        }

        private async Task<TrialProblem?> UserInfoFlawAsync()
        {
            var answer = await own.AskAsync(
                http, PathOf("userinfo_endpoint"), new AuthenticationHeaderValue("Bearer", Text(_tokens, "access_token")));
            if (answer.Status != StatusCodes.Status200OK)
            {
                return new(TrialFlaw.Status, $"{answer.Status}");
            }

            // Signed or encrypted, it is for the application.
            _person = Parse(answer);
            return _person is not null && Text(_person, "sub") != Text(_claims!, "sub")
                ? new(TrialFlaw.OtherSubject)
                : null;
        }

        private async Task<TrialProblem?> RevokedFlawAsync()
        {
            var answer = await PostAsync("revocation_endpoint", new() { ["token"] = Text(_tokens, "access_token") ?? "" });
            return answer.Status == StatusCodes.Status200OK ? null : new(TrialFlaw.Status, $"{answer.Status}");
        }

        /// <summary>With the secret where the application has one, by either way of sending it (RFC 6749 §2.3.1).</summary>
        private Task<OwnAnswer> PostAsync(string endpoint, Dictionary<string, string> form)
        {
            if (!client.AuthenticationMethod.IsBySecret())
            {
                form["client_id"] = client.Id;
                return own.AskAsync(http, PathOf(endpoint), authorization: null, form);
            }

            var pair = $"{Uri.EscapeDataString(client.Id)}:{Uri.EscapeDataString(trial.Secret ?? "")}";
            return own.AskAsync(
                http, PathOf(endpoint),
                new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))), form);
        }

        private async Task<JsonObject?> JsonAsync(string path) => Parse(await own.AskAsync(http, path));

        private async Task<string?> OwnTextAsync(string member) =>
            await own.AskAsync(http, PathOf(member)) is { Status: StatusCodes.Status200OK } answer ? answer.Text : null;

        /// <summary>Of an address that the discovery document names.</summary>
        private string PathOf(string member) => Text(_discovery, member)![issuer.Length..];

        private string? Query(string name) => http.Request.Query[name] is [{ Length: > 0 } only] ? only : null;

        private static TrialProblem Told(string error, string? description) =>
            new(TrialFlaw.Told, description is null ? error : $"{error}: {description}");

        private static string? Text(JsonObject document, string member) =>
            document[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

        private static JsonObject? Parse(OwnAnswer answer) => answer.IsJson ? JsonNode.Parse(answer.Text) as JsonObject : null;

        private static JsonObject? Decoded(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part)) as JsonObject;
    }
}
