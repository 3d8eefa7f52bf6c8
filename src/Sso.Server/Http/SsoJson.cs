using System.Text.Json.Serialization;
using Sso.Server.Authorization;
using Sso.Server.Ciba;
using Sso.Server.Device;
using Sso.Server.Token;

namespace Sso.Server.Http;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BackchannelAuthenticationResponse))]
[JsonSerializable(typeof(BackchannelNotification))]
[JsonSerializable(typeof(DeviceAuthorizationResponse))]
[JsonSerializable(typeof(ErrorBody))]
[JsonSerializable(typeof(PushedAuthorizationResponse))]
[JsonSerializable(typeof(TokenResponse))]
internal sealed partial class SsoJson : JsonSerializerContext;
