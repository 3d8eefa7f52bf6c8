using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Resources;
using System.Text.Json.Nodes;
using Sso.Admin.Clients;
using Sso.Data.Secrets;
using Sso.Server.Clients;
using Sso.Server.Preview;

namespace Sso.Server.Commands;

/// <summary><c>sso client preview</c>: what the page "Tokens" of the console shows, in the words of that page.</summary>
internal static class ClientPreviewCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };
    private static readonly Option<string> User =
        new("--user") { Description = "User name, e-mail address or subject.", Required = true };
    private static readonly Option<string> Scopes =
        new("--scope") { Description = "What it asks for, such as \"openid email\". [all that it may]" };

    private static readonly ResourceManager Words = new(typeof(Pages.Console.Applications.Preview));

    public static Command Build(CommandHost host)
    {
        var preview = new Command(
            "preview", "Say whether somebody would get in, and what tokens and userinfo would say of them. Nothing is issued; that it was "
                + "looked at is recorded.")
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
        if (outcome.Failed(out refusal, out var preview))
        {
            return output.Refuse(refusal);
        }

        var (verdict, tokens) = (preview.Verdict, preview.Tokens);
        var document = new PreviewDocument(
            preview.Subject, verdict.End, verdict.Steps, tokens?.Scopes, Parsed(tokens?.IdToken), Parsed(tokens?.AccessToken),
            Parsed(tokens?.UserInfo));
        output.Done(document, CommandJson.Readable.PreviewDocument, people =>
        {
            people.Judge(
                verdict.End switch
                {
                    GateEnd.LetIn => true,
                    GateEnd.LetInAfter => null,
                    _ => false,
                },
                $"{InWords("Verdict")}: {InWords($"End{verdict.End}", verdict.Error ?? "")}",
                $"Step by step, with the rules: sso simulate --user {preview.Subject} --client {id} --new-device");
            foreach (var step in verdict.Steps)
            {
                people.Note($"  {InWords($"Step{step}")}");
            }

            if (tokens is null)
            {
                people.Note($"\n{InWords("None")}");
                return;
            }

            people.Note($"\n{InWords("Made")}");
            people.Facts(("Subject", preview.Subject), ("Scopes", tokens.Scopes));
            Tell(people, "ID token", tokens.IdToken);
            Tell(people, "Access token", tokens.AccessToken);
            Tell(people, "Userinfo", tokens.UserInfo);
        });
        return tokens is null ? ExitCode.Refused : ExitCode.Done;
    }

    private static string InWords(string name, params object[] values)
    {
        var english = CultureInfo.GetCultureInfo("en");
        return string.Format(english, Words.GetString(name, english)!, values);
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
/// <param name="Verdict">What the gate says of a sign-in now.</param>
/// <param name="Steps">What it asks for after the first proof.</param>
/// <param name="Scopes">Of what was asked for. This and all below stand for a sign-in that succeeds, and are absent if none can.</param>
/// <param name="IdToken">Absent without openid.</param>
/// <param name="AccessToken">For the resources of the scopes.</param>
/// <param name="UserInfo">Absent without openid.</param>
internal sealed record PreviewDocument(
    string Sub, GateEnd Verdict, ImmutableArray<GateStep> Steps, string? Scopes, JsonNode? IdToken, JsonNode? AccessToken,
    JsonNode? UserInfo)
{
    public override string ToString() => $"preview of {Sub}";
}
