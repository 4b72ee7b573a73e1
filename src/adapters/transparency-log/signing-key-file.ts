import { generateKeyPairSync } from 'node:crypto';
import { keyTextIn } from '../files/key-text.js';

/** Makes an Ed25519 key, in PEM form. */
export const newSigningKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Returns the keys in the file, and makes one for this user alone where there is no file. */
export const signingKeyIn = (file: string): string => keyTextIn(file, newSigningKey);
