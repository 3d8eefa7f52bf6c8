namespace Sso.Server.Tests.Conformance;

/// <summary>
/// What is spoken: the specification, the members of the metadata that show it, and the classes of this project that prove it.
/// </summary>
internal static class Specifications
{
    public static readonly IReadOnlyList<(string Name, string[] Members, string[] Tests)> Spoken =
    [
        ("OpenID Connect Discovery 1.0, RFC 8414",
            ["issuer", "ui_locales_supported", "claims_supported", "claim_types_supported", "scopes_supported"],
            ["DiscoveryEndpointTests", "ConfigPlanTests"]),
        ("WebFinger, RFC 7033", [], ["DynamicPlanTests"]),
        ("RFC 6749 and OpenID Connect Core 1.0: code flow, form post",
            [
                "authorization_endpoint", "token_endpoint", "response_types_supported",
                "response_modes_supported", "grant_types_supported", "acr_values_supported",
            ],
            [
                "AuthorizationEndpointTests", "AuthorizationCodeGrantTests",
                "BasicPlanTests", "FormPostPlanTests", "GeneralTests", "IdTokenResponseTests",
            ]),
        ("OpenID Connect Core 1.0: userinfo, claims, subject types",
            ["userinfo_endpoint", "claims_parameter_supported", "subject_types_supported"],
            ["UserInfoEndpointTests", "ClaimsParameterTests", "PairwiseSubjectTests"]),
        ("prompts (a member of Initiating User Registration 1.0)", ["prompt_values_supported"], ["BasicPlanTests"]),
        ("RFC 7636 (PKCE)", ["code_challenge_methods_supported"], ["AuthorizationCodeGrantTests", "GeneralTests"]),
        ("RFC 7517, 7518 (keys and signatures)",
            ["jwks_uri", "id_token_signing_alg_values_supported"],
            ["KeyRotationTests", "KeyRevocationTests", "SigningAlgorithmTests", "RotationUnderLoadTests"]),
        ("RFC 7516 (encrypted answers)",
            [
                "id_token_encryption_alg_values_supported",
                "id_token_encryption_enc_values_supported", "userinfo_signing_alg_values_supported",
                "userinfo_encryption_alg_values_supported", "userinfo_encryption_enc_values_supported",
            ],
            ["EncryptedAnswersTests"]),
        ("RFC 9101 (request objects)",
            [
                "request_parameter_supported", "request_uri_parameter_supported",
                "require_request_uri_registration", "require_signed_request_object",
                "request_object_signing_alg_values_supported", "request_object_encryption_alg_values_supported",
                "request_object_encryption_enc_values_supported",
            ],
            ["RequestObjectTests", "EncryptedRequestTests"]),
        ("RFC 9126 (pushed requests)",
            ["pushed_authorization_request_endpoint", "require_pushed_authorization_requests"], ["PushedAuthorizationTests"]),
        ("RFC 9207 (issuer in the answer)",
            ["authorization_response_iss_parameter_supported"], ["AuthorizationEndpointTests", "BasicPlanTests"]),
        ("JARM (signed answers)", ["authorization_signing_alg_values_supported"], ["SignedResponseTests"]),
        ("RFC 6749, RFC 7523, OpenID Connect Core 1.0 §9: client authentication",
            [
                "token_endpoint_auth_methods_supported", "token_endpoint_auth_signing_alg_values_supported",
                "introspection_endpoint_auth_signing_alg_values_supported", "revocation_endpoint_auth_signing_alg_values_supported",
            ],
            ["ClientAssertionTests", "ClientKeysTests", "GeneralTests"]),
        ("RFC 8705 (mutual TLS)", ["tls_client_certificate_bound_access_tokens", "mtls_endpoint_aliases"], ["MutualTlsTests"]),
        ("RFC 9449 (DPoP)", ["dpop_signing_alg_values_supported"], ["DpopTests"]),
        ("FAPI 2.0 Security Profile and Message Signing (per client)", [], ["SecurityProfileTests", "MessageSigningTests"]),
        ("RFC 8693 (token exchange)", [], ["TokenExchangeTests"]),
        ("RFC 7662, RFC 9701 (introspection)",
            ["introspection_endpoint", "introspection_endpoint_auth_methods_supported", "introspection_signing_alg_values_supported"],
            ["IntrospectionEndpointTests"]),
        ("RFC 7009 (revocation)", ["revocation_endpoint", "revocation_endpoint_auth_methods_supported"], ["RevocationEndpointTests"]),
        ("RFC 8628 (device)", ["device_authorization_endpoint"], ["DeviceAuthorizationTests"]),
        ("CIBA Core 1.0",
            [
                "backchannel_authentication_endpoint", "backchannel_token_delivery_modes_supported",
                "backchannel_authentication_request_signing_alg_values_supported",
                "backchannel_user_code_parameter_supported",
            ],
            ["BackchannelAuthenticationTests", "SignedBackchannelTests", "PingTests"]),
        ("RFC 8707, RFC 9068 (resources, access tokens)", [], ["ResourceIndicatorTests", "TokenKindsTests"]),
        ("RFC 9396 (authorization in detail)",
            ["authorization_details_types_supported"], ["AuthorizationDetailsTests", "WaitingDetailsTests"]),
        ("RFC 9470 (step-up)", [], ["StepUpTests"]),
        ("RFC 7591, RFC 7592, Client ID Metadata Document", ["registration_endpoint", "client_id_metadata_document_supported"],
            ["RegistrationTests", "RegistrationManagementTests", "ClientDocumentTests"]),
        ("RP-Initiated Logout 1.0", ["end_session_endpoint"], ["LogoutEndpointTests", "LogoutConformanceTests"]),
        ("Back-Channel Logout 1.0", ["backchannel_logout_supported", "backchannel_logout_session_supported"], ["BackchannelLogoutTests"]),
        ("Front-Channel Logout 1.0",
            ["frontchannel_logout_supported", "frontchannel_logout_session_supported"], ["FrontchannelLogoutTests"]),
        ("Session Management 1.0", ["check_session_iframe"], ["SessionManagementTests"]),
    ];

    public static readonly IReadOnlyList<(string What, string Why)> Declined =
    [
        ("response types with `token`, such as `id_token token` (the Dynamic plan's metadata module asks for it)",
            "an access token in a URL ends in histories, logs and referrers (RFC 9700 §2.1.2); "
                + "the other modules of that plan pass with `code`"),
        ("the password grant", "applications would see passwords and no second factor could be asked (RFC 9700 §2.4)"),
        ("PKCE `plain`, unsigned ID tokens and request objects (`none`)", "they protect nothing"),
        ("EdDSA", ".NET has no Ed25519 of its own, and we sign with nothing else"),
    ];
}
