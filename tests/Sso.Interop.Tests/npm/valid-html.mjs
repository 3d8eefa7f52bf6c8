import { HtmlValidate } from 'html-validate';

const rules = new HtmlValidate({ root: true, extends: ['html-validate:standard'] });

/** One line for each rule that a page breaks. */
export async function problemsOf(source) {
  const { results } = await rules.validateString(source);
  return results.flatMap((result) => result.messages).map(({ ruleId, message }) => `${ruleId}: ${message}`);
}

/** Reads the source of every page that the issuer sends and keeps what is wrong with it, one line each, once. */
export class HtmlWatch {
  #issuer;
  #reading = [];
  #problems = new Set();
  pages = 0;

  constructor(page, issuer) {
    this.#issuer = issuer;
    page.on('response', (response) => {
      if (response.url().startsWith(this.#issuer) && response.headers()['content-type']?.startsWith('text/html')) {
        this.#reading.push(this.#read(response));
      }
    });
  }

  async problems() {
    await Promise.all(this.#reading);
    return [...this.#problems].sort();
  }

  async #read(response) {
    const { pathname } = new URL(response.url());
    let source;
    try {
      source = await response.text();
    } catch {
      return; // The browser has moved on and thrown the source away.
    }
    this.pages += 1;
    for (const problem of await problemsOf(source)) {
      this.#problems.add(`${pathname}: ${problem}`);
    }
  }
}
