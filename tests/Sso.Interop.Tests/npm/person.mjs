import { eventually } from './script.mjs';
import { AuthenticatorApp } from './totp.mjs';

const primary = 'main button.primary';
const codeField = '[name="Input.Code"]';

/**
 * Someone who signs in: does on each page what the page asks for, until the browser has left the identity provider.
 * Nothing here knows the order of the pages.
 */
export class Person {
  /** The paths of the pages that were shown, in order. */
  pages = [];

  #userName;
  #password;
  #factor;
  #phoneUrl;
  #number;
  #app;
  #lastMessage;

  constructor({ userName, password, factor = 'app', phoneUrl, number = '312 345 6789' }) {
    this.#userName = userName;
    this.#password = password;
    this.#factor = factor;
    this.#phoneUrl = phoneUrl;
    this.#number = number;
  }

  async signIn(page, issuer, returnUri) {
    const acts = {
      '/signin': () => this.#typePassword(page),
      '/signin/enrol': () => this.#press(page),
      '/signin/verify/choose': () => this.#choose(page),
      '/signin/verify/app': () => this.#typeAppCode(page),
      '/signin/verify/sms': () => this.#typeTextCode(page),
      '/account/mfa/method': () => this.#choose(page),
      '/account/mfa/app': () => this.#enrolApp(page),
      '/account/mfa/sms': () => this.#enrolNumber(page),
      '/account/mfa/sms/code': () => this.#typeTextCode(page),
      '/account/mfa/recovery-codes': () => this.#saveRecoveryCodes(page),
      '/consent': () => this.#press(page),
      '/device': () => this.#press(page),
      '/device/confirm': () => this.#press(page),
    };
    for (let step = 0; step < 20; step += 1) {
      const url = new URL(page.url());
      if (page.url().startsWith(returnUri)) {
        return;
      }
      const act = url.origin === new URL(issuer).origin ? acts[url.pathname] : undefined;
      if (act === undefined) {
        throw new Error(`The browser is on ${url.origin}${url.pathname}, where there is nothing to do: ${await words(page)}`);
      }
      this.pages.push(url.pathname);
      await act();
    }
    throw new Error(`The sign-in does not end: ${this.pages.join(' ')}: ${await words(page)}`);
  }

  async #typePassword(page) {
    await page.fill('[name="Input.UserName"]', this.#userName);
    await page.fill('[name="Input.Password"]', this.#password);
    await this.#press(page);
  }

  async #choose(page) {
    await page.check(`input[type=radio][value="${this.#factor}"]`);
    await this.#press(page);
  }

  async #enrolApp(page) {
    this.#app = new AuthenticatorApp(await page.locator('#key').innerText());
    await this.#typeAppCode(page);
  }

  async #typeAppCode(page) {
    await this.#typeCode(page, await this.#app.nextCode());
  }

  async #enrolNumber(page) {
    await page.fill('[name="Input.Number"]', this.#number);
    await this.#press(page);
  }

  async #typeTextCode(page) {
    // A page that has sent nothing, because a message went out a moment ago, has no field yet.
    await eventually('the page of the code has a field', async () => {
      if ((await page.locator(codeField).count()) > 0) {
        return true;
      }
      await page.waitForTimeout(2_500);
      await page.reload();
      return undefined;
    });
    await this.#typeCode(page, await this.#readMessage(page));
  }

  async #readMessage(page) {
    const phone = await page.context().newPage();
    try {
      return await eventually('a message arrives', async () => {
        await phone.goto(this.#phoneUrl);
        const newest = (await phone.locator('main ol li').allInnerTexts())[0];
        const code = newest === this.#lastMessage ? undefined : newest?.match(/\b\d{6}\b/)?.[0];
        this.#lastMessage = code === undefined ? this.#lastMessage : newest;
        return code;
      });
    } finally {
      await phone.close();
    }
  }

  async #saveRecoveryCodes(page) {
    const codes = await page.locator('#codes li').allInnerTexts();
    if (codes.length !== 10) {
      throw new Error(`There should be ten recovery codes: ${await words(page)}`);
    }
    await this.#typeCode(page, codes[3]);
  }

  async #typeCode(page, code) {
    await page.fill(codeField, code);
    await this.#press(page);
  }

  async #press(page) {
    // Listening begins before the press: afterwards the page that was left may still be taken for the one that comes.
    const loaded = page.waitForEvent('load');
    await page.locator(primary).first().click();
    await loaded;
  }
}

async function words(page) {
  return (await page.locator('body').innerText()).replace(/\s+/g, ' ').slice(0, 400);
}
