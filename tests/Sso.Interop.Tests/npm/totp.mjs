import { createHmac } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const period = 30;

function fromBase32(text) {
  const bytes = [];
  let bits = 0;
  let value = 0;
  for (const letter of text.toUpperCase().replace(/[\s=-]/g, '')) {
    const five = alphabet.indexOf(letter);
    if (five < 0) {
      throw new Error('The key is not base32.');
    }
    value = ((value << 5) | five) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 0xff);
    }
  }
  return Buffer.from(bytes);
}

/** The six digits of one time step (RFC 6238 §4.2, RFC 4226 §5.3). */
export function codeAt(key, step) {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const hash = createHmac('sha1', fromBase32(key)).update(counter).digest();
  const offset = hash[hash.length - 1] & 0x0f;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** An authenticator app that never shows the same step twice: a server accepts each step once (RFC 6238 §5.2). */
export class AuthenticatorApp {
  #key;
  #lastStep = 0;

  constructor(key) {
    this.#key = key;
  }

  async nextCode() {
    const next = Math.max(AuthenticatorApp.#now(), this.#lastStep + 1);
    // One step of difference is accepted, so the next code may be shown early, but only one.
    while (AuthenticatorApp.#now() + 1 < next) {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    this.#lastStep = next;
    return codeAt(this.#key, next);
  }

  static #now() {
    return Math.floor(Date.now() / 1000 / period);
  }
}
