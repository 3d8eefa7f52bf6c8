// A billing system that hears of new people: the library of Standard Webhooks checks every message. It is down for the first one.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Webhook } from 'standardwebhooks';
import { report, settings } from './script.mjs';

const [address, former, present] = settings('ADDRESS', 'FORMER', 'PRESENT');

await report(async () => {
  const messages = [];
  let heard;
  const twice = new Promise((resolve) => {
    heard = resolve;
  });
  const listener = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const event = new Webhook(present).verify(body, request.headers);
    messages.push({
      id: request.headers['webhook-id'],
      type: event.type,
      detail: event.data.detail,
      formerFits: fits(former, body, request.headers),
      changedFits: fits(present, body.replace('person', 'nobody'), request.headers),
    });
    response.writeHead(messages.length === 1 ? 503 : 204).end();
    if (messages.length === 2) heard();
  });
  listener.listen(Number(new URL(address).port), new URL(address).hostname);
  await once(listener, 'listening');
  try {
    await twice;
    return messages;
  } finally {
    listener.closeAllConnections();
    listener.close();
  }
});

function fits(secret, body, headers) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
