// An API that goes on to the API behind it (RFC 8693), on openid-client and on oauth4webapi. No person is needed: a machine calls.
import * as oauth from 'oauth4webapi';
import * as client from 'openid-client';
import { eventually, expect, report, settings, step } from './script.mjs';

const [issuer, robotSecret, ordersSecret, stockSecret, stockId] = settings(
  'ISSUER', 'ROBOT_SECRET', 'ORDERS_SECRET', 'STOCK_SECRET', 'STOCK_ID');
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const accessToken = 'urn:ietf:params:oauth:token-type:access_token';

await report(async () => {
  const [robot, orders, stock] = await step('discovery', () =>
    Promise.all([['robot', robotSecret], ['orders-api', ordersSecret], ['stock-api', stockSecret]].map(([id, secret]) =>
      client.discovery(new URL(issuer), id, undefined, client.ClientSecretBasic(secret), { execute: [client.allowInsecureRequests] }))));
  const called = await step('a machine calls', () => known(() => client.clientCredentialsGrant(robot)));

  const first = await step('openid-client exchanges', () => client.genericGrantRequest(orders, exchange, {
    subject_token: called.access_token, subject_token_type: accessToken, resource: stockId,
  }));
  expect(first.issued_token_type === accessToken, 'the type of what was issued');
  const seen = await client.tokenIntrospection(stock, first.access_token);

  const insecure = { [oauth.allowInsecureRequests]: true };
  const server = orders.serverMetadata();
  const self = { client_id: 'orders-api' };
  const second = await step('oauth4webapi exchanges', async () => oauth.processGenericTokenEndpointResponse(server, self,
    await oauth.genericTokenEndpointRequest(server, self, oauth.ClientSecretBasic(ordersSecret), exchange, {
      subject_token: called.access_token, subject_token_type: accessToken, audience: 'stock-api',
    }, insecure)));
  const again = await client.tokenIntrospection(stock, second.access_token);

  let refusal;
  try {
    await client.genericGrantRequest(orders, exchange, { subject_token: first.access_token, subject_token_type: accessToken });
  } catch (error) {
    refusal = error.error;
  }

  return { active: seen.active && again.active, audience: [seen.aud, again.aud].flat(), actor: seen.act?.sub, subject: seen.sub, refusal };
});

/** A running server learns of a registration within two seconds. */
function known(work) {
  return eventually('the server learns of the registration', () => work().catch(() => undefined));
}
