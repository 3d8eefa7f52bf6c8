// A plain OpenIddict server with the extensions of Sso: openid-client, which signs its assertions with a key that it publishes, pushes a signed and detailed request with a DPoP proof, verifies the signed answer, decrypts
// the ID token, presents a bound access token and verifies signed userinfo and introspection.
import * as jose from 'jose';
import * as client from 'openid-client';
import { expect, report, settings } from './script.mjs';

const [issuer, clientId, redirectUri, signing, decryption] = settings(
  'ISSUER', 'CLIENT_ID', 'REDIRECT_URI', 'SIGNING', 'DECRYPTION');

await report(async () => {
  const signingKey = { key: await jose.importJWK(JSON.parse(signing), 'ES256'), kid: 'sign-1' };
  const config = await client.discovery(
    new URL(issuer),
    clientId,
    { authorization_signed_response_alg: 'RS256', userinfo_signed_response_alg: 'RS256', introspection_signed_response_alg: 'RS256' },
    client.PrivateKeyJwt(signingKey),
    // Beside other work the first request of each kind may take its time.
    { execute: [client.allowInsecureRequests, client.useJwtResponseMode], timeout: 300 },
  );
  client.enableDecryptingResponses(config, ['A256GCM'], { key: await jose.importJWK(JSON.parse(decryption), 'RSA-OAEP-256'), kid: 'enc-1' });
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'));

  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const signed = await client.buildAuthorizationUrlWithJAR(config, {
    redirect_uri: redirectUri,
    scope: 'openid offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    authorization_details: JSON.stringify([{ type: 'payment', amount: '10.00' }]),
  }, signingKey);
  const url = await client.buildAuthorizationUrlWithPAR(config, { request: signed.searchParams.get('request') }, { DPoP });

  const answer = await fetch(url, { redirect: 'manual' });
  expect(answer.status === 302, `a redirect and not ${answer.status} ${await answer.text()}`);
  const back = new URL(answer.headers.get('location'));
  const tokens = await client.authorizationCodeGrant(
    config, back, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }, undefined, { DPoP });
  const person = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
  const stolen = await fetch(config.serverMetadata().userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  const introspected = await client.tokenIntrospection(config, tokens.access_token);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  return {
    asked: [...url.searchParams.keys()].sort(),
    answered: [...back.searchParams.keys()],
    idTokenParts: tokens.id_token.split('.').length,
    tokenType: tokens.token_type,
    subject: person.sub,
    withoutProof: stolen.status,
    active: introspected.active,
    granted: [tokens, introspected, refreshed].map((told) => told.authorization_details?.[0].amount),
    refreshedType: refreshed.token_type,
  };
});
