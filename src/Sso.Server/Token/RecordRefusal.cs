using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Server.ClientAuthentication;
using Sso.Server.Engine;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Token;

/// <summary>What was refused, for log and record.</summary>
internal sealed partial class RecordRefusal(ClientRefusals refusals, ILogger<RecordRefusal> log)
    : IOpenIddictServerHandler<ApplyTokenResponseContext>
{
    public async ValueTask HandleAsync(ApplyTokenResponseContext context)
    {
        var error = context.Transaction.Refusal;
        if (context.Transaction.Kept<ClientRequest>() is not { } request)
        {
            GrantRefused(log, grantType: null, error.Code, error.Reason);
            return;
        }

        // Nothing that a stranger typed goes into log and record.
        var grantType = request.Parameters.Text("grant_type") is { } type && GrantTypes.All.Contains(type) ? type : "other";
        if (error.Id == OAuthError.AuthorizationPending.Id || error.Id == OAuthError.SlowDown.Id)
        {
            StillWaiting(log, grantType, error.Code);
            return;
        }

        GrantRefused(log, grantType, error.Code, error.Reason);
        await refusals.RecordGrantAsync(context.Http, request.Client.Id, grantType, error, context.CancellationToken);
    }

    [LoggerMessage(EventId = 1202, Level = LogLevel.Debug, Message = "Nobody has answered yet: {GrantType} {Error}")]
    private static partial void StillWaiting(ILogger log, string grantType, string error);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "Token request refused: {GrantType} {Error} {Reason}")]
    private static partial void GrantRefused(ILogger log, string? grantType, string error, string? reason);
}

/// <summary>So that what records refusals is created for nothing else.</summary>
internal sealed class RequireRefusal : IOpenIddictServerHandlerFilter<ApplyTokenResponseContext>
{
    public ValueTask<bool> IsActiveAsync(ApplyTokenResponseContext context) =>
        ValueTask.FromResult(context.Transaction.Response?.Error is not null);
}
