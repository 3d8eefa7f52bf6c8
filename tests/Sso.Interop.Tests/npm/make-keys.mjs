// Keys of a relying party: the public set for its registration, the private halves for the script that plays it.
import * as jose from 'jose';
import { report } from './script.mjs';

await report(async () => {
  const signing = await jose.generateKeyPair('ES256', { extractable: true });
  const decryption = await jose.generateKeyPair('RSA-OAEP-256', { extractable: true });
  const agreement = await jose.generateKeyPair('ECDH-ES', { extractable: true });
  const published = async (key, alg, use, kid) => ({ ...(await jose.exportJWK(key)), alg, use, kid });
  return {
    jwks: {
      keys: [
        await published(signing.publicKey, 'ES256', 'sig', 'sign-1'),
        await published(decryption.publicKey, 'RSA-OAEP-256', 'enc', 'enc-1'),
        await published(agreement.publicKey, 'ECDH-ES', 'enc', 'enc-2'),
      ],
    },
    signing: await jose.exportJWK(signing.privateKey),
    decryption: await jose.exportJWK(decryption.privateKey),
    agreement: await jose.exportJWK(agreement.privateKey),
  };
});
