// A relying party on openid-client, the certified library for Node.js, with a real browser and a person in front of it.
import { createServer } from 'node:http';
import { once } from 'node:events';
import * as client from 'openid-client';
import { inBrowser } from './browser.mjs';
import { Person } from './person.mjs';
import { expect, report, settings, step } from './script.mjs';
import { HtmlWatch } from './valid-html.mjs';

const [issuer, clientId, clientSecret, redirectUri, userName, password, phoneUrl] = settings(
  'ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'REDIRECT_URI', 'USERNAME', 'PASSWORD', 'PHONE_URL');
const factor = process.env.FACTOR || 'app';
const postLogoutRedirectUri = process.env.POST_LOGOUT_REDIRECT_URI || new URL('/signed-out', redirectUri).href;
const scope = 'openid profile email offline_access';

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
  const person = new Person({ userName, password, factor, phoneUrl });

  const config = await step('discovery', () =>
    client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(clientSecret), {
      execute: [client.allowInsecureRequests],
    }));
  const metadata = config.serverMetadata();
  expect(metadata.authorization_response_iss_parameter_supported === true, 'the response names its issuer (RFC 9207)');

  const first = await step('code, PKCE and two factors', () => authorize(config, page, (url) => visit(page, person, url)));
  const claims = first.claims();
  expect(claims.amr?.includes('pwd'), `amr contains pwd: ${claims.amr}`);
  expect(claims.amr.includes(factor === 'app' ? 'otp' : 'sms'), `amr contains the second factor: ${claims.amr}`);

  const userInfo = await step('userinfo', () => client.fetchUserInfo(config, first.access_token, claims.sub));
  expect(first.refresh_token, 'a refresh token for offline_access');

  const refreshed = await step('refresh', () => client.refreshTokenGrant(config, first.refresh_token));
  const refreshedClaims = refreshed.claims();
  expect(refreshed.refresh_token && refreshed.refresh_token !== first.refresh_token, 'another refresh token');
  expect(refreshedClaims === undefined || refreshedClaims.sub === claims.sub, 'the same person');
  await client.fetchUserInfo(config, refreshed.access_token, claims.sub);

  const pagesOfFirst = [...person.pages];
  const silent = await step('prompt=none with a session', () =>
    authorize(config, page, (url) => page.goto(url), { prompt: 'none' }));
  expect(silent.claims().sub === claims.sub, 'the same person without a page');
  expect(person.pages.length === pagesOfFirst.length, 'no page was shown');

  const pushed = await step('a pushed request (RFC 9126) with a session', () =>
    authorize(config, page, (url) => page.goto(url), { prompt: 'none' }, client.buildAuthorizationUrlWithPAR));
  expect(pushed.claims().sub === claims.sub, 'the same person by a pushed request');

  const introspected = await step('introspection (RFC 7662)', () => client.tokenIntrospection(config, pushed.access_token));
  expect(introspected.active && introspected.sub === claims.sub, 'an active token of the same person');
  await step('revocation (RFC 7009)', () => client.tokenRevocation(config, pushed.refresh_token));
  const afterRevocation = await client.tokenIntrospection(config, pushed.access_token);
  expect(!afterRevocation.active, 'an inactive token after the revocation');

  person.pages = [];
  const again = await step('prompt=login, a second sign-in', () =>
    authorize(config, page, (url) => visit(page, person, url), { prompt: 'login' }));
  expect(again.claims().amr.includes('pwd'), 'the password was asked again');
  const pagesOfAgain = [...person.pages];

  const signedOut = await step('logout', () => signOut(config, page, again.id_token));
  const refusal = await step('prompt=none without a session', () => refused(config, page));

  return {
    issuer: metadata.issuer,
    algorithm: JSON.parse(Buffer.from(first.id_token.split('.')[0], 'base64url')).alg,
    amr: claims.amr,
    acr: claims.acr,
    claims: Object.keys(claims).sort(),
    userInfo,
    refreshed: true,
    pushed: true,
    introspected: introspected.active,
    activeAfterRevocation: afterRevocation.active,
    pagesOfFirst,
    pagesOfAgain,
    signedOut,
    refusal,
    htmlProblems: await html.problems(),
    htmlPages: html.pages,
  };
}

async function visit(page, person, url) {
  await page.goto(url);
  await person.signIn(page, issuer, redirectUri);
}

/** One authorization request, carried through the browser and redeemed; the library validates response and ID token. */
async function authorize(config, page, carry, extra = {}, build = client.buildAuthorizationUrl) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const url = await build(config, {
    redirect_uri: redirectUri,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...extra,
  });
  await carry(url.href);
  return client.authorizationCodeGrant(config, new URL(page.url()), {
    pkceCodeVerifier,
    expectedState,
    expectedNonce,
    idTokenExpected: true,
  });
}

async function signOut(config, page, idToken) {
  const state = client.randomState();
  const url = client.buildEndSessionUrl(config, {
    id_token_hint: idToken,
    post_logout_redirect_uri: postLogoutRedirectUri,
    state,
  });
  await page.goto(url.href);
  const asked = !page.url().startsWith(postLogoutRedirectUri);
  if (asked) {
    await page.locator('main button.primary').first().click();
    await page.waitForURL((now) => now.href.startsWith(postLogoutRedirectUri));
  }
  const back = new URL(page.url());
  expect(back.searchParams.get('state') === state, 'the state comes back from the logout');
  return { asked, state: true };
}

/** After the sign-out nobody is signed in: prompt=none is refused with the error of OIDC Core §3.1.2.6. */
async function refused(config, page) {
  try {
    await authorize(config, page, (url) => page.goto(url), { prompt: 'none' });
  } catch (error) {
    if (error instanceof client.AuthorizationResponseError) {
      return error.error;
    }
    throw error;
  }
  throw new Error('Tokens came after the sign-out.');
}
