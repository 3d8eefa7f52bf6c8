// A billing system: adds a customer, hears of the first sign-in, closes the account, and watches all that the customer held die.
// Node.js 20 or later, no packages. docs/admin-api.md says how to register billing, its webhook, and a shop, whose tokens these are.
// SSO=https://login.example.com CLIENT_ID=billing KEY_FILE=billing.pem WEBHOOK_SECRET=whsec_… SHOP_ID=shop SHOP_SECRET=…
// node billing.mjs elena elena@example.com
import { createHmac, createPrivateKey, randomUUID, sign, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline/promises';

const { SSO, CLIENT_ID, KEY_FILE, WEBHOOK_SECRET, SHOP_ID, SHOP_SECRET, PORT = '8099' } = process.env;
const [userName, email] = process.argv.slice(2);
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const post = (path, form, headers) => fetch(SSO + path, { method: 'POST', headers, body: new URLSearchParams(form) });

async function token() {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: CLIENT_ID, sub: CLIENT_ID, aud: SSO, iat: now, exp: now + 60, jti: randomUUID() };
  const text = `${encode({ alg: 'ES256' })}.${encode(claims)}`;
  const key = { key: createPrivateKey(readFileSync(KEY_FILE)), dsaEncoding: 'ieee-p1363' };
  const form = { grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}` };
  return (await (await post('/connect/token', form)).json()).access_token;
}

async function scim(method, path, body) {
  const headers = { authorization: `Bearer ${await token()}`, 'content-type': 'application/scim+json' };
  const answer = await fetch(`${SSO}/scim/v2${path}`, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.json();
}

const signedIn = (sub) => new Promise((heard) => createServer(async (request, response) => {
  const [id, time, signature = ''] = ['id', 'timestamp', 'signature'].map((name) => request.headers[`webhook-${name}`]);
  const body = Buffer.concat(await request.toArray()).toString();
  const mac = createHmac('sha256', Buffer.from(WEBHOOK_SECRET.slice(6), 'base64')).update(`${id}.${time}.${body}`).digest();
  const isTrue = signature.split(' ').map((one) => Buffer.from(one.slice(3), 'base64'))
    .some((sent) => sent.length === mac.length && timingSafeEqual(sent, mac)) && Math.abs(Date.now() / 1000 - time) < 300;
  response.writeHead(isTrue ? 204 : 401).end();
  const event = isTrue && JSON.parse(body);
  if (event?.type === 'person.signed_in' && event.data.sub === sub) heard();
}).listen(Number(PORT)));

const user = await scim('POST', '/Users',
  { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, emails: [{ value: email }] });
console.log(`added ${user.id}; waiting for the first sign-in`);
await signedIn(user.id);
console.log('signed in; paste {"access_token":…,"refresh_token":…,"cookie":…} of the customer in one line, and the account is closed');
const held = JSON.parse((await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next()).value);

const shop = { authorization: `Basic ${Buffer.from(`${SHOP_ID}:${SHOP_SECRET}`).toString('base64')}` };
const introspect = async (text) => (await (await post('/connect/introspect', { token: text }, shop)).json()).active;
const lives = {
  'access token': () => introspect(held.access_token),
  'access token at userinfo': async () =>
    (await fetch(`${SSO}/connect/userinfo`, { headers: { authorization: `Bearer ${held.access_token}` } })).ok,
  'refresh token': () => introspect(held.refresh_token),
  session: async () => (await fetch(`${SSO}/account`, { headers: { cookie: held.cookie }, redirect: 'manual' })).status === 200,
};
for (const [name, isAlive] of Object.entries(lives)) if (!await isAlive()) throw new Error(`The ${name} was dead before.`);

const started = Date.now();
await scim('PATCH', `/Users/${user.id}`, { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path: 'active', value: false }] });
for (const [name, isAlive] of Object.entries(lives)) {
  while (await isAlive()) if (Date.now() - started > 5000) throw new Error(`The ${name} lives on after 5 seconds.`);
  console.log(`${name}: dead after ${Date.now() - started} ms`);
}
const renewed = await post('/connect/token', { grant_type: 'refresh_token', refresh_token: held.refresh_token }, shop);
if (renewed.status !== 400) throw new Error(`The refresh token was still taken: ${renewed.status}.`);
console.log(`all dead after ${Date.now() - started} ms`);
process.exit(0);
