using Sso.Data.Logout;
using Sso.Data.Webhooks;
using Sso.Delivery;

namespace Sso.Server.Operations;

/// <summary>For rows of <see cref="WebhookDelivery"/>; the other nodes look every two seconds.</summary>
internal sealed class WebhookBell : Bell;

/// <summary>For rows of <see cref="LogoutNotice"/>; the other nodes look every two seconds.</summary>
internal sealed class LogoutBell : Bell;
