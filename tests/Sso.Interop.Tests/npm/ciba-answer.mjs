import { expect } from './script.mjs';

/** A person opens the account area, proves who they are, reads the message of the call centre and presses a button. */
export async function answer(page, issuer, person, message, button) {
  await page.goto(`${issuer}/account/requests`);
  await person.signIn(page, issuer, `${issuer}/account/requests`);
  const loaded = page.waitForEvent('load');
  await page.locator('main ul.rows button').click();
  await loaded;
  await person.signIn(page, issuer, `${issuer}/account/requests/answer`);
  expect((await page.locator('main').innerText()).includes(message), 'the message of the call centre');
  await page.locator(button).click();
  await page.waitForURL('**/account/requests?answer=**');
}
