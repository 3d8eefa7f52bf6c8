// An application that registers itself (RFC 7591) and manages what it registered (RFC 7592): on openid-client and on oauth4webapi.
import { createServer } from 'node:http';
import { once } from 'node:events';
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { inBrowser } from './browser.mjs';
import { Person } from './person.mjs';
import { expect, report, settings, step } from './script.mjs';
import { HtmlWatch } from './valid-html.mjs';

const [issuer, token, redirectUri, userName, password] = settings('ISSUER', 'TOKEN', 'REDIRECT_URI', 'USERNAME', 'PASSWORD');
const metadata = {
  client_name: 'Shop of others',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  policy_uri: 'https://shop.example/policy',
};

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
  const html = new HtmlWatch(page, issuer);
  const person = new Person({ userName, password, factor: 'app' });
  const config = await step('openid-client registers', () => client.dynamicClientRegistration(
    new URL(issuer), metadata, client.ClientSecretBasic(), { initialAccessToken: token, execute: [client.allowInsecureRequests] }));
  const registered = config.clientMetadata();

  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid email',
    state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  await page.goto(url.href);
  const warned = (await page.textContent('main')).includes('Shop of others');
  await step('a person signs in and consents', () => person.signIn(page, issuer, redirectUri));
  const tokens = await step('code', () => client.authorizationCodeGrant(config, new URL(page.url()), { pkceCodeVerifier: verifier, expectedState: state }));
  const userInfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);

  return {
    clientId: registered.client_id,
    email: userInfo.email,
    warned,
    pages: person.pages,
    managed: await manage(registered),
    webapi: await webApi(),
    htmlProblems: await html.problems(),
  };
}

/** The library below, with a second registration by the same token, and one that the policy refuses. */
async function webApi() {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const url = new URL(issuer);
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
  const register = async (changes) => oauth.processDynamicClientRegistrationResponse(
    await oauth.dynamicClientRegistrationRequest(server, { ...metadata, ...changes }, { initialAccessToken: token, ...insecure }));
  const registered = await register({ token_endpoint_auth_method: 'none' });
  expect(registered.client_secret === undefined, 'a public client has no secret');
  try {
    await register({ scope: 'openid admin' });
  } catch (error) {
    return [registered.token_endpoint_auth_method, error.error];
  }
  throw new Error('A scope that is not allowed was registered.');
}

/** Neither library speaks RFC 7592, so these are plain requests. */
async function manage({ registration_client_uri: uri, registration_access_token: bearer, client_id: id }) {
  const send = async (method, body) => fetch(uri, {
    method,
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  const read = await send('GET');
  const replaced = await send('PUT', { ...metadata, client_id: id, client_name: 'Another name' });
  const name = (await replaced.json()).client_name;
  const removed = await send('DELETE');
  const gone = await send('GET');
  return [read.status, replaced.status, name, removed.status, gone.status];
}
