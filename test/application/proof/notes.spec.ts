import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { verifyCheckpoint } from '@sigstore/verify/dist/tlog/checkpoint.js';
import {
  checkpointText,
  notesIn,
  openCheckpoint,
  readCheckpoint,
} from '../../../src/application/proof/notes/checkpoint.js';
import { formatProof, parseProof } from '../../../src/application/proof/notes/tlog-proof.js';
import {
  InvalidNote,
  openNote,
  parseVerifierKey,
  signNote,
  verifierKeyOf,
} from '../../../src/application/proof/notes/signed-note.js';

/** The example of Go's golang.org/x/mod/sumdb/note. */
const KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const TEXT =
  'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n';
const NOTE = `${TEXT.replace('’', "'")}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const origin = 'example.com/waybill/one';
const { privateKey } = generateKeyPairSync('ed25519');
const verifier = verifierKeyOf(origin, createPublicKey(privateKey));
const checkpoint = { origin, size: 20_852_163, root: Buffer.alloc(32, 9) };
const signed = signNote(checkpointText(checkpoint), origin, [privateKey]);

describe('a signed note', () => {
  it('that Go has signed is accepted, and refused once it was changed', () => {
    const key = parseVerifierKey(KEY);
    expect(key.text).toBe(KEY);
    expect(openNote(NOTE, [key])).toBe(TEXT.replace('’', "'"));
    expect(() => openNote(NOTE.replace('answer', 'Answer'), [key])).toThrow(InvalidNote);
  });

  it('is refused by whoever does not know its key', () => {
    expect(() => openNote(signed, [parseVerifierKey(KEY)])).toThrow('not signed by a known key');
  });

  it('may carry signatures of others, which are ignored', () => {
    const others = `${signed}\u2014 witness.example ${Buffer.alloc(76, 3).toString('base64')}\n`;
    expect(openCheckpoint(others, [verifier])).toEqual(checkpoint);
  });

  it('is signed by each key while one replaces the other', () => {
    const next = generateKeyPairSync('ed25519').privateKey;
    const both = signNote(checkpointText(checkpoint), origin, [next, privateKey]);
    for (const key of [next, privateKey]) {
      const one = verifierKeyOf(origin, createPublicKey(key));
      expect(openCheckpoint(both, [one])).toEqual(checkpoint);
    }
  });

  it('has a key whose id shows whether it was altered', () => {
    expect(() => parseVerifierKey(verifier.text.replace(origin, 'example.com/other'))).toThrow(
      'its id is wrong',
    );
    expect(() => parseVerifierKey('no key')).toThrow(InvalidNote);
  });
});

describe('a checkpoint', () => {
  it('is accepted by sigstore', () => {
    const entry = { inclusionProof: { checkpoint: { envelope: signed } } };
    const log = {
      logID: Buffer.from(verifier.id, 'hex'),
      baseURL: `https://${origin}`,
      publicKey: createPublicKey(privateKey),
    };
    const read = verifyCheckpoint(entry as never, [log] as never);
    expect(read).toMatchObject({ origin, logSize: 20_852_163n, logHash: checkpoint.root });
    const changed = { inclusionProof: { checkpoint: { envelope: signed.replace('208', '209') } } };
    expect(() => verifyCheckpoint(changed as never, [log] as never)).toThrow(
      'invalid checkpoint signature',
    );
  });

  it.each([
    ['a size with a leading zero', signed.replace('20852163', '020852163')],
    ['a negative size', signed.replace('20852163', '-1')],
    ['a short root', signed.replace(checkpoint.root.toString('base64'), 'AAAA')],
    ['no origin', signed.replace(origin, '')],
  ])('with %s is refused', (_, note) => {
    expect(() => readCheckpoint(note)).toThrow(InvalidNote);
  });

  it('is found among others in a file', () => {
    const other = signNote(checkpointText({ ...checkpoint, size: 7 }), origin, [privateKey]);
    expect(notesIn(`${signed}\n${other}\n`)).toEqual([signed, other]);
    expect(notesIn(`${signed}${other}`)).toEqual([signed, other]);
    expect(notesIn('')).toEqual([]);
  });
});

describe('a proof', () => {
  it('is read as it was written', () => {
    const proof = {
      index: 7,
      hashes: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)],
      checkpoint: signed,
    };
    const text = formatProof(proof);
    expect(text.split('\n').slice(0, 5)).toEqual([
      'c2sp.org/tlog-proof@v1',
      'index 7',
      Buffer.alloc(32, 1).toString('base64'),
      Buffer.alloc(32, 2).toString('base64'),
      '',
    ]);
    expect(parseProof(text)).toEqual(proof);
    expect(parseProof(text.replace('index', 'extra AAAA\nindex'))).toEqual(proof);
    expect(() => parseProof(text.replace('index 7', 'index 07'))).toThrow(InvalidNote);
  });
});
