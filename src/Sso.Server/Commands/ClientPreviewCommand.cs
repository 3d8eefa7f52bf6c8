using System.CommandLine;
using System.Text.Json.Nodes;
using Sso.Admin.Clients;
using Sso.Data.Secrets;
using Sso.Server.Clients;
using Sso.Server.Preview;

namespace Sso.Server.Commands;

/// <summary><c>sso client preview</c>: what the page "Tokens" of the console shows.</summary>
internal static class ClientPreviewCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };
    private static readonly Option<string> User =
        new("--user") { Description = "User name, e-mail address or subject.", Required = true };
    private static readonly Option<string> Scopes =
        new("--scope") { Description = "What it asks for, such as \"openid email\". [all that it may]" };

    public static Command Build(CommandHost host)
    {
        var preview = new Command(
            "preview", "Show what tokens and userinfo would say of somebody. Nothing is issued; that it was looked at is recorded.")
        {
            Id, User, Scopes,
        };
        preview.SetAction((parsed, cancellation) => host.OnDatabaseWithTokensAsync(
            parsed, (services, output, cancellation) => ShowAsync(parsed, services, output, cancellation), cancellation));
        return preview;
    }

    private static async Task<int> ShowAsync(
        ParseResult parsed, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var id = parsed.GetRequiredValue(Id);
        if ((await services.GetRequiredService<ShowClient>().ExecuteAsync(id, cancellation)).Failed(out var refusal, out var client))
        {
            return output.Refuse(refusal);
        }

        await services.GetRequiredService<DataKeyRing>().LoadAsync(cancellation);
        await services.GetRequiredService<ClientDirectory>().LoadAsync(cancellation);
        var outcome = await services.GetRequiredService<PreviewTokens>().ExecuteAsync(
            id, parsed.GetValue(Scopes) ?? string.Join(' ', client.Scopes), parsed.GetRequiredValue(User), isOfApplication: false,
            CommandActor.By, cancellation);
        if (outcome.Failed(out refusal, out var tokens))
        {
            return output.Refuse(refusal);
        }

        var document = new PreviewDocument(
            tokens.Subject, tokens.Scopes, Parsed(tokens.IdToken), Parsed(tokens.AccessToken)!, Parsed(tokens.UserInfo));
        return output.Done(document, CommandJson.Readable.PreviewDocument, people =>
        {
            people.Facts(("Subject", tokens.Subject), ("Scopes", tokens.Scopes));
            Tell(people, "ID token", tokens.IdToken);
            Tell(people, "Access token", tokens.AccessToken);
            Tell(people, "Userinfo", tokens.UserInfo);
        });
    }

    private static JsonNode? Parsed(string? json) => json is null ? null : JsonNode.Parse(json);

    private static void Tell(CommandOutput people, string title, string? json)
    {
        if (json is not null)
        {
            people.Note($"\n{title}");
            people.Note(json);
        }
    }
}

/// <summary>What would be told of somebody, as <c>--json</c> writes it; signed by nobody.</summary>
/// <param name="Sub">Of the person, as the console names them.</param>
/// <param name="Scopes">Of what was asked for.</param>
/// <param name="IdToken">Absent without openid.</param>
/// <param name="AccessToken">For the resources of the scopes.</param>
/// <param name="UserInfo">Absent without openid.</param>
internal sealed record PreviewDocument(string Sub, string Scopes, JsonNode? IdToken, JsonNode AccessToken, JsonNode? UserInfo)
{
    public override string ToString() => $"preview of {Sub}";
}
