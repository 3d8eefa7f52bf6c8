// Signed requests, signed answers, encrypted tokens: openid-client and oauth4webapi, with keys of their own.
import { createServer } from 'node:http';
import { once } from 'node:events';
import * as jose from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { inBrowser } from './browser.mjs';
import { Person } from './person.mjs';
import { expect, report, settings, step } from './script.mjs';

const [issuer, clientId, clientSecret, redirectUri, userName, password, signing, decryption, agreement] = settings(
  'ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'REDIRECT_URI', 'USERNAME', 'PASSWORD', 'SIGNING', 'DECRYPTION', 'AGREEMENT');
const scope = 'openid email';
const signingKey = { key: await jose.importJWK(JSON.parse(signing), 'ES256'), kid: 'sign-1' };
const decryptionKeys = [
  { key: await jose.importJWK(JSON.parse(decryption), 'RSA-OAEP-256'), kid: 'enc-1' },
  { key: await jose.importJWK(JSON.parse(agreement), 'ECDH-ES'), kid: 'enc-2' },
];

await report(async () => {
  const listener = createServer((request, response) => response.end('Back at the relying party.'));
  listener.listen(Number(new URL(redirectUri).port), new URL(redirectUri).hostname);
  await once(listener, 'listening');
  try {
    return await inBrowser(run);
  } finally {
    listener.closeAllConnections();
    listener.close();
  }
});

async function run(context) {
  const page = await context.newPage();
  const person = new Person({ userName, password });
  const carry = async (url) => {
    await page.goto(url.href);
    await person.signIn(page, issuer, redirectUri);
  };
  const byLibrary = await step('openid-client: request object, JARM, encrypted tokens', () => withOpenIdClient(carry, page));
  const byHand = await step('oauth4webapi: request object pushed, JARM', () => withOAuth4WebApi(page));
  return { ...byLibrary, ...byHand };
}

async function withOpenIdClient(carry, page) {
  const config = await client.discovery(
    new URL(issuer),
    clientId,
    { authorization_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' },
    client.ClientSecretBasic(clientSecret),
    { execute: [client.allowInsecureRequests, client.useJwtResponseMode] },
  );
  client.enableDecryptingResponses(config, ['A128CBC-HS256', 'A256GCM'], ...decryptionKeys);
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const url = await client.buildAuthorizationUrlWithJAR(config, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  }, signingKey);
  expect(!url.searchParams.has('state'), 'nothing but the request object in the URL');
  await carry(url);
  const back = new URL(page.url());
  const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true });
  const userInfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  return {
    answered: [...back.searchParams.keys()],
    idTokenParts: tokens.id_token.split('.').length,
    email: userInfo.email,
  };
}

async function withOAuth4WebApi(page) {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), insecure));
  const party = { client_id: clientId, authorization_signed_response_alg: 'ES256' };
  const authentication = oauth.ClientSecretBasic(clientSecret);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const request = await oauth.issueRequestObject(server, party, {
    redirect_uri: redirectUri,
    response_type: 'code',
    response_mode: 'jwt',
    prompt: 'none',
    scope,
    state,
    nonce: oauth.generateRandomNonce(),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }, signingKey);
  const pushed = await oauth.processPushedAuthorizationResponse(
    server, party, await oauth.pushedAuthorizationRequest(server, party, authentication, { request }, insecure));
  const url = new URL(server.authorization_endpoint);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('request_uri', pushed.request_uri);
  await page.goto(url.href);
  const answer = await oauth.validateJwtAuthResponse(server, party, new URL(page.url()), state, insecure);
  const response = await oauth.authorizationCodeGrantRequest(server, party, authentication, answer, redirectUri, verifier, insecure);
  return { tokensByHand: response.status === 200 && Boolean((await response.json()).access_token) };
}
