using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sso.Accounts.People;
using Sso.Admin;
using Sso.Admin.Audit;
using Sso.Admin.Clients;
using Sso.Admin.Resources;
using Sso.Admin.Webhooks;
using Sso.Data.Webhooks;
using Sso.Server.Api;
using Sso.Server.Http;

namespace Sso.Server.AdminApi;

/// <summary>What the admin API reads and writes, spelled as the command line does.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    Converters =
    [
        typeof(WrittenTime),
        typeof(WordConverter<ClientProfile>),
        typeof(WordConverter<ClientType>),
        typeof(WordConverter<ProofMethod>),
        typeof(WordConverter<SecondFactorPolicy>),
        typeof(WordConverter<WebhookDeliveryStatus>),
    ])]
[JsonSerializable(typeof(ApplicationChange))]
[JsonSerializable(typeof(ApplicationDocument))]
[JsonSerializable(typeof(Client))]
[JsonSerializable(typeof(ClientView))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(NewApplication))]
[JsonSerializable(typeof(NewPerson))]
[JsonSerializable(typeof(NewResource))]
[JsonSerializable(typeof(NewWebhook))]
[JsonSerializable(typeof(PageOf<ClientView>), TypeInfoPropertyName = "Applications")]
[JsonSerializable(typeof(PageOf<EventView>), TypeInfoPropertyName = "Events")]
[JsonSerializable(typeof(PageOf<PersonProfile>), TypeInfoPropertyName = "People")]
[JsonSerializable(typeof(PageOf<ResourceView>), TypeInfoPropertyName = "Resources")]
[JsonSerializable(typeof(PageOf<SecretView>), TypeInfoPropertyName = "Secrets")]
[JsonSerializable(typeof(PageOf<WebhookView>), TypeInfoPropertyName = "Webhooks")]
[JsonSerializable(typeof(PageOf<WebhookDeliveryView>), TypeInfoPropertyName = "WebhookDeliveries")]
[JsonSerializable(typeof(PersonDescription))]
[JsonSerializable(typeof(PersonProfile))]
[JsonSerializable(typeof(ResourceView))]
[JsonSerializable(typeof(WebhookChange))]
[JsonSerializable(typeof(WebhookDeliveryView))]
[JsonSerializable(typeof(WebhooksReplayed))]
[JsonSerializable(typeof(WebhookView))]
[JsonSerializable(typeof(WebhookWithSecret))]
internal sealed partial class AdminJson : JsonSerializerContext;

/// <summary>A part of a list.</summary>
/// <param name="Items">In their order.</param>
/// <param name="Next">The cursor of the part that follows; absent from the last.</param>
internal sealed record PageOf<T>(ImmutableArray<T> Items, string? Next)
{
    /// <summary>Of a list that is so short that it is read as a whole: whoever asks need not know.</summary>
    /// <param name="http">The request.</param>
    /// <param name="all">In their order.</param>
    /// <param name="id">By which a cursor names one.</param>
    public static Result<PageOf<T>, ApiError> Of(HttpContext http, ImmutableArray<T> all, Func<T, string> id)
    {
        if (ApiPage.Read(http).Failed(out var error, out var page))
        {
            return error;
        }

        var first = page.After is null ? 0 : all.Select(id).ToList().IndexOf(page.After) + 1;
        if (first == 0 && page.After is not null)
        {
            return ApiPage.BadCursor;
        }

        ImmutableArray<T> items = [.. all.Skip(first).Take(page.Limit)];
        return new PageOf<T>(items, first + items.Length < all.Length ? ApiCursor.After(http, id(items[^1])) : null);
    }
}

/// <summary>An application that was just made or changed.</summary>
/// <param name="Application">As it is now.</param>
/// <param name="ClientSecret">Only in the answer that made it.</param>
/// <param name="Warnings">What was registered and should be thought over.</param>
internal sealed record ApplicationDocument(ClientView Application, string? ClientSecret, ImmutableArray<string> Warnings)
{
    public override string ToString() => Application.ToString();
}
