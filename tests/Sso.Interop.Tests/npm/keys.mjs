// A client that proves itself with a key and binds its tokens to another: openid-client and oauth4webapi.
import { createServer } from 'node:http';
import { once } from 'node:events';
import * as jose from 'jose';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { inBrowser } from './browser.mjs';
import { Person } from './person.mjs';
import { report, settings, step } from './script.mjs';

const [issuer, clientId, redirectUri, userName, password, signing] = settings('ISSUER', 'CLIENT_ID', 'REDIRECT_URI', 'USERNAME', 'PASSWORD', 'SIGNING');
const scope = 'openid email offline_access';
const signingKey = { key: await jose.importJWK(JSON.parse(signing), 'ES256'), kid: 'sign-1' };

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
  const byLibrary = await step('openid-client: private_key_jwt, PAR and DPoP', () => withOpenIdClient(page, person));
  const byHand = await step('oauth4webapi: private_key_jwt, PAR and DPoP', () => withOAuth4WebApi(page));
  return { ...byLibrary, ...byHand };
}

async function withOpenIdClient(page, person) {
  const config = await client.discovery(new URL(issuer), clientId, undefined, client.PrivateKeyJwt(signingKey), { execute: [client.allowInsecureRequests] });
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair());
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedNonce = client.randomNonce();
  const url = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: expectedNonce,
  }, { DPoP });
  await page.goto(url.href);
  await person.signIn(page, issuer, redirectUri);
  const tokens = await client.authorizationCodeGrant(config, new URL(page.url()), { pkceCodeVerifier, expectedNonce, idTokenExpected: true }, undefined, { DPoP });
  const userInfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, { DPoP });
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
  const bearer = await fetch(config.serverMetadata().userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  return { tokenType: tokens.token_type, email: userInfo.email, refreshedType: refreshed.token_type, asBearer: bearer.status };
}

async function withOAuth4WebApi(page) {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const server = await oauth.processDiscoveryResponse(new URL(issuer), await oauth.discoveryRequest(new URL(issuer), insecure));
  const party = { client_id: clientId };
  const authentication = oauth.PrivateKeyJwt(signingKey);
  const DPoP = oauth.DPoP(party, await oauth.generateKeyPair('ES256'));
  const verifier = oauth.generateRandomCodeVerifier();
  const parameters = {
    redirect_uri: redirectUri,
    response_type: 'code',
    prompt: 'none',
    scope,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  // The server may ask for a nonce: the second try has it.
  const twice = async (send, read) => {
    try {
      return await read(await send());
    } catch (error) {
      if (!oauth.isDPoPNonceError(error)) throw error;
      return read(await send());
    }
  };
  const pushed = await twice(
    () => oauth.pushedAuthorizationRequest(server, party, authentication, parameters, { DPoP, ...insecure }),
    (response) => oauth.processPushedAuthorizationResponse(server, party, response));
  const url = new URL(server.authorization_endpoint);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('request_uri', pushed.request_uri);
  await page.goto(url.href);
  const answer = oauth.validateAuthResponse(server, party, new URL(page.url()), oauth.expectNoState);
  const tokens = await twice(
    () => oauth.authorizationCodeGrantRequest(server, party, authentication, answer, redirectUri, verifier, { DPoP, ...insecure }),
    (response) => oauth.processAuthorizationCodeResponse(server, party, response, { requireIdToken: true }));
  const info = await twice(
    () => oauth.userInfoRequest(server, party, tokens.access_token, { DPoP, ...insecure }),
    (response) => oauth.processUserInfoResponse(server, party, oauth.skipSubjectCheck, response));
  return { typeByHand: tokens.token_type, emailByHand: info.email };
}
