using System.Globalization;
using Sso.Extensions.PairwiseSubjects;
using Sso.Protocol.Authorization;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Sso.Extensions.DemandedSignIns;

/// <summary>
/// The parameters <c>max_age</c>, <c>acr_values</c> and <c>claims</c> (OIDC Core §3.1.2.1, §5.5). The host reads the demands of a request,
/// authenticates the person accordingly, and signs in with <c>auth_time</c> and <c>acr</c>: a sign-in that does not meet them gives an
/// error and no code. The host implements <see cref="IClientSource"/>. Which of the individual claims are given is up to the host, which
/// knows what the person allowed: it sets their destinations.
/// </summary>
public static class DemandedSignInsExtension
{
    /// <param name="acrValues">The values that a sign-in at this host can have, from weakest to strongest.</param>
    public static OpenIddictServerBuilder AddDemandedSignIns(this OpenIddictServerBuilder server, params IReadOnlyList<string> acrValues)
    {
        return server
            .Handle<ValidateAuthorizationRequestContext>(int.MaxValue - 1000, Read)
            .Handle<ValidatePushedAuthorizationRequestContext>(int.MaxValue - 1000, Read)
            .Handle<ProcessSignInContext, MeetDemands>(OpenIddictServerHandlers.ValidateSignInDemand.Descriptor.Order + 500)
            .Handle<ProcessSignInContext>(OpenIddictServerHandlers.PrepareIdentityTokenPrincipal.Descriptor.Order + 500, TellSignIn)
            .Describe("claims_parameter_supported")
            .Describe(context => context.Metadata["acr_values_supported"] = new([.. acrValues]));

        // Once everything else was found good, so that an error goes where it may.
        void Read(BaseValidatingContext context)
        {
            if (context.Passes(SignInDemands.Read(context.Transaction.Request!, acrValues), out var demands))
            {
                context.Transaction.Keep(demands);
            }
        }
    }

    /// <summary>Null if no authorization request is being answered.</summary>
    public static SignInDemands? FindSignInDemands(this OpenIddictServerTransaction transaction) => transaction.Kept<SignInDemands>();

    /// <summary>OIDC Core §2: max_age requires auth_time, and acr_values ask for acr, whatever the destinations of the claims.</summary>
    private static void TellSignIn(ProcessSignInContext context)
    {
        foreach (var name in (string[])[Claims.AuthenticationTime, Claims.AuthenticationContextReference])
        {
            if (context.Principal!.FindFirst(name) is { } claim)
            {
                context.IdentityTokenPrincipal?.RemoveClaims(name).AddClaim(name, claim.Value, claim.ValueType);
            }
        }
    }
}

/// <summary>Judged by what the host says of the sign-in, before anything is made of it.</summary>
internal sealed class MeetDemands(IClientSource clients) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.Authorization
            || context.Transaction.FindSignInDemands() is not { } demands
            || await clients.FindAsync(context.ClientId!, context.CancellationToken) is not { } client)
        {
            return;
        }

        var person = context.Principal!;
        DateTimeOffset? time = long.TryParse(
            person.GetClaim(Claims.AuthenticationTime), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
        var unmet = demands.Unmet(
            client.SubjectFor(person.GetClaim(Claims.Subject)!), time, person.GetClaim(Claims.AuthenticationContextReference),
            context.Options.TimeProvider.GetUtcNow());
        if (unmet is not null)
        {
            // OIDC Core §3.1.2.6: a client that allows no page learns that a page is needed.
            context.Refuse(context.Request.HasPromptValue(PromptValues.None) ? OAuthError.LoginRequired : unmet);
        }
    }
}
