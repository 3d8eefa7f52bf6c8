// A call centre that signs its requests and is told of the answer (CIBA Core, ping mode): openid-client, with jose for the signature.
import { createServer } from 'node:http';
import { once } from 'node:events';
import * as jose from 'jose';
import * as client from 'openid-client';
import { inBrowser } from './browser.mjs';
import { answer } from './ciba-answer.mjs';
import { Person } from './person.mjs';
import { report, settings, step } from './script.mjs';

const [issuer, clientId, signing, notify, userName, password] = settings('ISSUER', 'CLIENT_ID', 'SIGNING', 'NOTIFY', 'USERNAME', 'PASSWORD');
const signingKey = { key: await jose.importJWK(JSON.parse(signing), 'ES256'), kid: 'sign-1' };

await report(async () => {
  let told;
  const ping = new Promise((resolve) => {
    told = resolve;
  });
  const listener = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    response.writeHead(204).end();
    told({ method: request.method, authorization: request.headers.authorization, body: JSON.parse(body) });
  });
  listener.listen(Number(new URL(notify).port), new URL(notify).hostname);
  await once(listener, 'listening');
  try {
    return await inBrowser((context) => run(context, ping));
  } finally {
    listener.closeAllConnections();
    listener.close();
  }
});

async function run(context, ping) {
  const page = await context.newPage();
  const person = new Person({ userName, password, factor: 'app' });
  const config = await step('discovery', () =>
    client.discovery(new URL(issuer), clientId, undefined, client.PrivateKeyJwt(signingKey), { execute: [client.allowInsecureRequests] }));
  const token = crypto.randomUUID();
  const request = await new jose.SignJWT({
    scope: 'openid email', login_hint: userName, binding_message: 'Call 4713', client_notification_token: token, requested_expiry: 300,
  })
    .setProtectedHeader({ alg: 'ES256', kid: signingKey.kid })
    .setIssuer(clientId).setAudience(issuer).setIssuedAt().setNotBefore('0s').setExpirationTime('5m').setJti(crypto.randomUUID())
    .sign(signingKey.key);
  const asked = await step('openid-client asks', () => client.initiateBackchannelAuthentication(config, { request }));
  await step('the person answers', () => answer(page, issuer, person, 'Call 4713', 'main button.primary'));
  const notification = await step('the server tells', () => ping);
  const tokens = await client.genericGrantRequest(config, 'urn:openid:params:grant-type:ciba', { auth_req_id: notification.body.auth_req_id });
  const userInfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
  return {
    email: userInfo.email,
    method: notification.method,
    tokenIsOurs: notification.authorization === `Bearer ${token}`,
    idIsThatOfTheRequest: notification.body.auth_req_id === asked.auth_req_id,
    unsigned: await refusal(() => client.initiateBackchannelAuthentication(config, { scope: 'openid', login_hint: userName, client_notification_token: token })),
  };
}

async function refusal(work) {
  try {
    await work();
  } catch (error) {
    return error.error;
  }
  return 'nothing';
}
