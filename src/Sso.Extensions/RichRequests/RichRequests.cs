using System.Security.Claims;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Protocol.Authorization;

namespace Sso.Extensions.RichRequests;

/// <summary>
/// Access that is asked for in detail (RFC 9396), of the types that the host names in <see cref="AuthorizationTypes"/>: checked where it is
/// asked for, and stated in tokens, the token response and introspection. The host implements <see cref="IClientSource"/>, and asks the
/// person.
/// </summary>
public static class RichRequestsExtension
{
    /// <summary>For a host that checks requests where it reads them: only states what was granted.</summary>
    public static OpenIddictServerBuilder AddGrantedDetails(this OpenIddictServerBuilder server) => server
        .Describe<AuthorizationTypes>((context, types) =>
            context.Metadata["authorization_details_types_supported"] = new([.. types.All.Select(type => type.Type)]))
        .Handle<ProcessAuthenticationContext>(
            OpenIddictServerHandlers.ValidateAuthenticationDemand.Descriptor.Order + 800, RefuseAtTokenEndpoint)
        .Handle<ProcessSignInContext>(OpenIddictServerHandlers.PrepareUserCodePrincipal.Descriptor.Order + 250, Tell)
        .Handle<HandleIntrospectionRequestContext>(
            OpenIddictServerHandlers.Introspection.AttachApplicationClaims.Descriptor.Order + 500, Introspect);

    public static OpenIddictServerBuilder AddRichRequests(this OpenIddictServerBuilder server) => server
        .AddGrantedDetails()
        .Handle<HandleAuthorizationRequestContext, CheckDetails<HandleAuthorizationRequestContext>>(0)
        .Handle<ValidatePushedAuthorizationRequestContext, CheckDetails<ValidatePushedAuthorizationRequestContext>>(0);

    /// <summary>RFC 9396 §6 lets a client narrow them here. We do not support that, and it must not believe that it was done.</summary>
    private static void RefuseAtTokenEndpoint(ProcessAuthenticationContext context)
    {
        if (context.EndpointType == OpenIddictServerEndpointType.Token && context.Request.Text(GrantedDetails.Name) is not null)
        {
            context.Refuse(OAuthError.DetailsInTokenRequest);
        }
    }

    /// <summary>From the request into the code; from the principal into access token and response (RFC 9396 §7, §9.1).</summary>
    private static void Tell(ProcessSignInContext context)
    {
        if (context.AuthorizationCodePrincipal is { } code && context.Request.Text(GrantedDetails.Name) is { } asked)
        {
            code.Details = asked;
        }

        if (context.EndpointType == OpenIddictServerEndpointType.Token && context.Principal!.Details is { } granted)
        {
            context.AccessTokenPrincipal!.Details = granted;
            context.Response[GrantedDetails.Name] = JsonElement.Parse(granted);
        }
    }

    /// <summary>RFC 9396 §9.2.</summary>
    private static void Introspect(HandleIntrospectionRequestContext context)
    {
        if (context.GenericTokenPrincipal.Details is { } granted)
        {
            context.Claims[GrantedDetails.Name] = JsonNode.Parse(granted);
        }
    }
}

/// <summary>The authorization details that were granted, in the claim <c>authorization_details</c> (RFC 9396 §9.1).</summary>
public static class GrantedDetails
{
    internal const string Name = "authorization_details";

    extension(ClaimsPrincipal principal)
    {
        /// <summary>The JSON array; null if there is none.</summary>
        public string? Details
        {
            get => principal.FindAll(Name).ToList() switch
            {
                [] => null,
                [{ ValueType: JsonClaimValueTypes.JsonArray } whole] => whole.Value,
                // A token that is read again has a claim for each of its objects.
                var objects => $"[{string.Join(',', objects.Select(claim => claim.Value))}]",
            };

            set
            {
                principal.RemoveClaims(Name);
                if (value is not null)
                {
                    ((ClaimsIdentity)principal.Identity!).AddClaim(new(Name, value, JsonClaimValueTypes.JsonArray));
                }
            }
        }
    }
}

/// <summary>Once everything else in a request is good, and a refusal can go back to the client.</summary>
internal sealed class CheckDetails<TContext>(IClientSource clients, AuthorizationTypes types) : IOpenIddictServerHandler<TContext>
    where TContext : BaseValidatingContext
{
    public async ValueTask HandleAsync(TContext context)
    {
        if (context.Transaction.Request!.Text(GrantedDetails.Name) is { } sent
            && await clients.FindAsync(context.Transaction.Request!.ClientId!, context.CancellationToken) is { } client)
        {
            context.RefuseIf(AuthorizationDetails.Read(sent, client, types.Find, out _));
        }
    }
}
