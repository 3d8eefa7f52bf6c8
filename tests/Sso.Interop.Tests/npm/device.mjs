// A television (RFC 8628): once on openid-client, once on oauth4webapi, with a person who answers it in a real browser.
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { inBrowser } from './browser.mjs';
import { Person } from './person.mjs';
import { expect, report, settings, step } from './script.mjs';
import { HtmlWatch } from './valid-html.mjs';

const [issuer, clientId, userName, password] = settings('ISSUER', 'CLIENT_ID', 'USERNAME', 'PASSWORD');
const scope = 'openid email offline_access';

await report(() => inBrowser(run));

async function run(context) {
  const page = await context.newPage();
  const html = new HtmlWatch(page, issuer);
  const person = new Person({ userName, password, factor: 'app' });

  const config = await step('discovery', () =>
    client.discovery(new URL(issuer), clientId, undefined, client.None(), { execute: [client.allowInsecureRequests] }));
  const asked = await step('openid-client asks', () => client.initiateDeviceAuthorization(config, { scope }));
  const polling = client.pollDeviceAuthorizationGrant(config, asked);
  await step('a person answers', () => answer(page, person, asked.verification_uri_complete));
  const tokens = await step('openid-client polls', () => polling);
  const userInfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
  expect(refreshed.access_token, 'a refreshed access token');
  const pages = [...person.pages];

  return {
    amr: tokens.claims().amr,
    email: userInfo.email,
    pages,
    webapi: await webApi(page, person, tokens.claims().sub),
    htmlProblems: await html.problems(),
  };
}

/** The same on the library below, poll by poll. */
async function webApi(page, person, subject) {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const url = new URL(issuer);
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
  const tv = { client_id: clientId };
  const asked = await oauth.processDeviceAuthorizationResponse(
    server, tv, await oauth.deviceAuthorizationRequest(server, tv, oauth.None(), { scope }, insecure));
  const poll = async () => oauth.processDeviceCodeResponse(
    server, tv, await oauth.deviceCodeGrantRequest(server, tv, oauth.None(), asked.device_code, insecure));

  const errors = [await refusal(poll), await refusal(poll)];
  await step('the person answers again', () => answer(page, person, asked.verification_uri_complete));
  const tokens = await step('oauth4webapi polls', poll);
  expect(oauth.getValidatedIdTokenClaims(tokens).sub === subject, 'the same person');
  errors.push(await refusal(poll));

  const denied = await oauth.processDeviceAuthorizationResponse(
    server, tv, await oauth.deviceAuthorizationRequest(server, tv, oauth.None(), { scope }, insecure));
  await page.goto(denied.verification_uri);
  await page.fill('[name="Input.UserCode"]', denied.user_code.toLowerCase());
  await page.locator('main button.primary').click();
  await page.locator('#deny button').click();
  await page.waitForURL('**/device/done**');
  errors.push(await refusal(async () => oauth.processDeviceCodeResponse(
    server, tv, await oauth.deviceCodeGrantRequest(server, tv, oauth.None(), denied.device_code, insecure))));
  return errors;
}

async function answer(page, person, url) {
  await page.goto(url);
  await person.signIn(page, issuer, `${issuer}/device/done`);
}

async function refusal(work) {
  try {
    await work();
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) {
      return error.error;
    }
    throw error;
  }
  throw new Error('Tokens came although none should.');
}
