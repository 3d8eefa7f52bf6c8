using System.CommandLine;
using System.Text.Json;
using Sso.Admin.Brands;
using Sso.Accounts.People;
using Sso.Admin.Resources;
using Sso.Admin.Webhooks;
using Sso.Protocol.Clients;
using Sso.Server.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary>Operations name what is wrong by its field; operators read what they typed.</summary>
[OneDatabase]
public sealed class TypedNamesTests
{
    /// <summary>
    /// What no option sets: a password is asked for, and of a client what follows from the rest or only it says of itself.
    /// </summary>
    private static readonly string[] NotTyped =
    [
        "password", "disabled",
        "grant_types", "sector", "is_unverified", "backchannel_logout_session_required",
        "user_info_encryption_algorithm", "user_info_content_encryption", "id_token_encryption_algorithm", "id_token_content_encryption",
        "secrets", "sector_key", "withheld_factors",
        "logo", "logo_uri", "policy_uri", "terms_uri", "client_uri", "application_type", "contacts",
    ];

    private static readonly RootCommand Sso =
        SsoCommand.Build(new CommandHost(
            [], new CommandTerminal(TextReader.Null, TextWriter.Null, TextWriter.Null, true, TimeProvider.System)));

    public static TheoryData<string, Type> Commands => new()
    {
        { "client add", typeof(Client) },
        { "user add", typeof(NewPerson) },
        { "resource add", typeof(NewResource) },
        { "brand add", typeof(BrandInput) },
        { "webhook add", typeof(NewWebhook) },
    };

    [Theory, MemberData(nameof(Commands))]
    public void Everything_that_can_be_wished_for_is_named_as_it_is_typed(string words, Type wish)
    {
        var command = Find(words);
        var typed = command.Options.Select(option => option.Name).Concat(command.Arguments.Select(argument => argument.Name)).ToList();

        var fields = wish.GetProperties()
            .Where(property => property is { GetMethod.IsStatic: false, CanWrite: true }).Select(property => property.Name)
            .Select(name => name == nameof(Client.Id) ? "ClientId" : name).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)
            .Except(NotTyped).ToList();

        Assert.NotEmpty(fields);
        Assert.All(fields, field => Assert.Contains(TypedNames.Of(command, field), typed));
    }

    [Theory]
    [InlineData("client add", "client_id", "id")]
    [InlineData("client add", "redirect_uris", "--redirect-uri")]
    [InlineData("client add", "authentication_method", "--auth")]
    [InlineData("client set", "id_token_signed_response_alg", "--id-token-alg")]
    [InlineData("client set", "introspection_signed_response_alg", "--introspection-alg")]
    [InlineData("client set", "authorization_signed_response_alg", "--authorization-alg")]
    [InlineData("client set", "userinfo_signed_response_alg", "--userinfo-alg")]
    [InlineData("client show", "client_id", "id")]
    [InlineData("resource add", "client_id", "--client")]
    [InlineData("logout retry", "client_id", "--client")]
    [InlineData("user show", "user_name", "name")]
    [InlineData("user remove-factor", "factor", "factor")]
    [InlineData("user set-password", "password", "password")]
    [InlineData("brand set", "hosts", "--host")]
    [InlineData("key revoke", "kid", "kid")]
    [InlineData("registration-token add", "uses", "--uses")]
    [InlineData("webhook show", "webhook_id", "id")]
    [InlineData("webhook replay", "webhook_id", "--webhook")]
    public void A_field_is_named_by_the_option_or_the_argument_of_its_command(string words, string field, string typed) =>
        Assert.Equal(typed, TypedNames.Of(Find(words), field));

    private static Command Find(string words) => words.Split(' ').Aggregate(
        (Command)Sso, (command, word) => command.Subcommands.Single(child => child.Name == word));
}
