// Encrypted tokens in every way that the server knows: jose opens what the server wrote, and writes what the server shall open.
import * as jose from 'jose';
import { report, settings } from './script.mjs';

const ways = JSON.parse(settings('WAYS')[0]);

await report(async () => {
  const results = [];
  for (const { algorithm, content, jwe, privateKey, publicKey } of ways) {
    const opened = await jose.compactDecrypt(jwe, await jose.importJWK(privateKey, algorithm), {
      keyManagementAlgorithms: [algorithm],
      contentEncryptionAlgorithms: [content],
    });
    const written = new jose.CompactEncrypt(new TextEncoder().encode('from jose'))
      .setProtectedHeader({ alg: algorithm, enc: content, kid: 'k' });
    if (algorithm.startsWith('ECDH')) {
      written.setKeyManagementParameters({ apu: new TextEncoder().encode('Alice'), apv: new TextEncoder().encode('Bob') });
    }
    results.push({
      opened: new TextDecoder().decode(opened.plaintext),
      written: await written.encrypt(await jose.importJWK(publicKey, algorithm)),
    });
  }
  return { results };
});
