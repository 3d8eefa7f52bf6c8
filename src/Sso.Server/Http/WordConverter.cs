using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sso.Server.Http;

/// <summary>Enumerations as the command line and the API write them: when-enrolled.</summary>
internal sealed class WordConverter<TEnum>() : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
