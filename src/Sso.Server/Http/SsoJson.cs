using System.Text.Json.Serialization;
using Sso.Server.Ciba;

namespace Sso.Server.Http;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackchannelNotification))]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class SsoJson : JsonSerializerContext;
