// A single-page application on oidc-client-ts: signs in by redirect, renews silently in both ways, signs out.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { inBrowser } from './browser.mjs';
import { Person } from './person.mjs';
import { expect, patience, report, settings, step } from './script.mjs';

const [issuer, clientId, origin, userName, password, phoneUrl] = settings(
  'ISSUER', 'CLIENT_ID', 'ORIGIN', 'USERNAME', 'PASSWORD', 'PHONE_URL');
const online = 'openid profile email';
const offline = 'openid profile email offline_access';

const files = {
  '/oidc-client-ts.js': ['text/javascript', 'node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js'],
  '/page.js': ['text/javascript', 'oidc-client-ts.page.js'],
};

await report(async () => {
  const site = createServer(async (request, response) => {
    const path = new URL(request.url, origin).pathname;
    if (path === '/settings.json') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ issuer, clientId, patience }));
      return;
    }
    const [type, file] = files[path] ?? ['text/html', 'oidc-client-ts.html'];
    response.setHeader('content-type', type);
    response.end(await readFile(new URL(file, import.meta.url)));
  });
  site.listen(Number(new URL(origin).port), new URL(origin).hostname);
  await once(site, 'listening');
  try {
    return await inBrowser(run);
  } finally {
    site.closeAllConnections();
    site.close();
  }
});

async function run(context) {
  const page = await context.newPage();
  const person = new Person({ userName, password, phoneUrl });
  const failures = [];
  const tokenRequests = [];
  let framed = 0;
  page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.postData()?.includes('grant_type=')) {
      tokenRequests.push(new URLSearchParams(request.postData()).get('grant_type'));
    }
    if (request.isNavigationRequest() && request.frame() !== page.mainFrame() && request.url().includes('prompt=none')) {
      framed += 1;
    }
  });

  await step('sign-in', () => signIn(page, person, online));
  const user = await page.evaluate((scope) => window.party.user(scope), online);
  expect(user.profile.sub, 'a subject');
  expect(!user.hasRefreshToken, 'no refresh token without offline_access');

  const userInfo = await step('userinfo from the page', () => page.evaluate((scope) => window.party.userInfo(scope), online));
  expect(userInfo.status === 200 && userInfo.claims.sub === user.profile.sub, 'userinfo of the same person');

  const framedUser = await step('renewal in a hidden frame', () => page.evaluate((scope) => window.party.renew(scope), online));
  expect(framed === 1, 'one request with prompt=none in a frame');
  expect(framedUser.accessToken !== user.accessToken, 'another access token');
  expect(framedUser.profile.sub === user.profile.sub, 'the same person');

  await step('sign-in with offline_access', () => signIn(page, person, offline));
  const offlineUser = await page.evaluate((scope) => window.party.user(scope), offline);
  let byRefreshToken = false;
  if (offlineUser.hasRefreshToken) {
    const renewed = await step('renewal by refresh token', () => page.evaluate((scope) => window.party.renew(scope), offline));
    expect(tokenRequests.at(-1) === 'refresh_token', 'the refresh token was used');
    expect(renewed.accessToken !== offlineUser.accessToken, 'another access token');
    byRefreshToken = true;
  }

  await step('sign-out', () => signOut(page));
  expect(failures.length === 0, `no error in the browser's console: ${failures.join(' | ')}`);

  return {
    claims: Object.keys(user.profile).sort(),
    userInfo: userInfo.claims,
    inFrame: true,
    byRefreshToken,
    tokenRequests,
    pages: person.pages,
    signedOut: true,
  };
}

async function signIn(page, person, scope) {
  await ready(page, `${origin}/`, 'ready');
  await page.evaluate((wanted) => window.party.signIn(wanted), scope).catch(navigated);
  await page.waitForURL((url) => url.origin !== origin || url.pathname === '/signed-in');
  await person.signIn(page, issuer, `${origin}/signed-in`);
  await state(page, 'signed in');
}

async function signOut(page) {
  await page.evaluate((scope) => window.party.signOut(scope), offline).catch(navigated);
  await page.waitForURL((url) => url.origin !== origin || url.pathname === '/signed-out');
  if (!page.url().startsWith(origin)) {
    await page.locator('main button.primary').first().click();
  }
  await page.waitForURL(`${origin}/signed-out**`);
  await state(page, 'signed out');
}

async function ready(page, url, text) {
  await page.goto(url);
  await state(page, text);
}

async function state(page, text) {
  await page.waitForFunction(() => !['', 'loading'].includes(document.getElementById('state')?.textContent ?? ''));
  const actual = await page.locator('#state').innerText();
  expect(actual === text, `the page says "${text}": ${actual}`);
}

/** The page that was asked to leave has left: its answer is lost, which is what was wanted. */
function navigated(error) {
  if (!/context was destroyed|navigation/i.test(error.message)) {
    throw error;
  }
}
