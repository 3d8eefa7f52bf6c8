import { AuthenticatorApp } from './totp.mjs';

const primary = 'main button.primary';

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
      '/account/mfa/done': () => this.#press(page),
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
    await page.check(`input[type=radio][value="${this.#factor}" i]`);
    await this.#press(page);
  }

  async #enrolApp(page) {
    const key = await page.locator('[data-key], #key').first();
    this.#app = new AuthenticatorApp((await key.getAttribute('data-key')) || (await key.innerText()));
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
    const phone = await page.context().newPage();
    let code;
    for (let tries = 0; tries < 40 && code === undefined; tries += 1) {
      await phone.goto(this.#phoneUrl);
      // The newest message is the first.
      code = (await phone.locator('main').innerText()).match(/\b\d{6}\b/)?.[0];
      await phone.waitForTimeout(code === undefined ? 250 : 0);
    }
    await phone.close();
    if (code === undefined) {
      throw new Error('No message arrived.');
    }
    await this.#typeCode(page, code);
  }

  async #saveRecoveryCodes(page) {
    const codes = (await page.locator('main li').allInnerTexts()).map((code) => code.trim()).filter((code) => /^[0-9A-Za-z-]{8,}$/.test(code));
    if (codes.length !== 10) {
      throw new Error(`There should be ten recovery codes: ${await words(page)}`);
    }
    await this.#typeCode(page, codes[3]);
  }

  async #typeCode(page, code) {
    await page.fill('[name="Input.Code"]', code);
    await this.#press(page);
  }

  async #press(page) {
    await page.locator(primary).first().click();
    await page.waitForLoadState('load');
  }
}

async function words(page) {
  return (await page.locator('body').innerText()).replace(/\s+/g, ' ').slice(0, 400);
}
