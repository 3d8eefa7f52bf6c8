// A call centre (CIBA Core, poll mode): once on openid-client, once on oauth4webapi, with a person who answers in the account area.
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { inBrowser } from './browser.mjs';
import { answer } from './ciba-answer.mjs';
import { Person } from './person.mjs';
import { expect, report, settings, step } from './script.mjs';
import { HtmlWatch } from './valid-html.mjs';

const [issuer, clientId, clientSecret, userName, password] = settings('ISSUER', 'CLIENT_ID', 'CLIENT_SECRET', 'USERNAME', 'PASSWORD');
const scope = 'openid email';

await report(() => inBrowser(run));

async function run(context) {
  const page = await context.newPage();
  const html = new HtmlWatch(page, issuer);
  const person = new Person({ userName, password, factor: 'app' });

  const config = await step('discovery', () =>
    client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(clientSecret), { execute: [client.allowInsecureRequests] }));
  const asked = await step('openid-client asks', () =>
    client.initiateBackchannelAuthentication(config, { scope, login_hint: userName, binding_message: 'Call 4711' }));
  const polling = client.pollBackchannelAuthenticationGrant(config, asked);
  await step('the person answers', () => answer(page, issuer, person, 'Call 4711', 'main button.primary'));
  const tokens = await step('openid-client polls', () => polling);
  const userInfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);

  return {
    amr: tokens.claims().amr,
    email: userInfo.email,
    webapi: await webApi(page, person, tokens),
    htmlProblems: await html.problems(),
  };
}

async function webApi(page, person, earlier) {
  const insecure = { [oauth.allowInsecureRequests]: true };
  const url = new URL(issuer);
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure));
  const self = { client_id: clientId };
  const secret = oauth.ClientSecretBasic(clientSecret);
  const ask = async (hint) => oauth.processBackchannelAuthenticationResponse(server, self,
    await oauth.backchannelAuthenticationRequest(server, self, secret, { scope, binding_message: 'Call 4712', ...hint }, insecure));
  const poll = async (asked) => oauth.processBackchannelAuthenticationGrantResponse(server, self,
    await oauth.backchannelAuthenticationGrantRequest(server, self, secret, asked.auth_req_id, insecure));

  const asked = await ask({ id_token_hint: earlier.id_token });
  const errors = [await refusal(() => poll(asked)), await refusal(() => poll(asked))];
  await step('the person answers again', () => answer(page, issuer, person, 'Call 4712', 'main button.primary'));
  const tokens = await step('oauth4webapi polls', () => poll(asked));
  expect(oauth.getValidatedIdTokenClaims(tokens).sub === earlier.claims().sub, 'the same person');

  const denied = await ask({ login_hint: userName });
  await step('the person refuses', () => answer(page, issuer, person, 'Call 4712', '#deny button'));
  errors.push(await refusal(() => poll(denied)), await refusal(() => ask({ login_hint: 'nobody' })));
  return errors;
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
  throw new Error('Something came although nothing should.');
}
