import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  randomBytes,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const ID_BYTES = 4;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** A wrapped key: the id of its master key, the IV, the key, the tag. */
export const WRAPPED_BYTES = ID_BYTES + IV_BYTES + KEY_BYTES + TAG_BYTES;

interface MasterKey {
  readonly id: Buffer;
  readonly key: KeyObject;
}

/** A key was wrapped by a master key that this process does not have. */
export class UnknownMasterKey extends Error {
  override readonly name = 'UnknownMasterKey';

  constructor() {
    super(
      'the key store was made with another master key: set MASTER_KEY, or put the file master-key back into DATA_DIR',
    );
  }
}

/** Time after which the place of the keys is looked at again before one wraps, milliseconds. */
const FOLLOWED_MS = 5_000;

/** Wraps the keys of the key store. The first one wraps; the others, which are older, only unwrap. */
export class MasterKeys {
  private keys: readonly MasterKey[];
  private readAtMs = performance.now();

  /**
   * @param texts 32 bytes in Base64 or hexadecimal each, the current one first
   * @param readAgain where a rotation puts a new key in the place of these while the process runs
   * @throws RangeError
   */
  constructor(
    texts: readonly string[],
    private readonly readAgain?: () => readonly string[],
  ) {
    this.keys = masterKeysOf(texts);
  }

  /** The id of the key that wraps now. */
  get currentId(): Buffer {
    return this.current.id;
  }

  /** @param context must be the same to unwrap: a wrapped key cannot be moved to another owner */
  wrap(secret: Buffer, context: string): Buffer {
    if (performance.now() - this.readAtMs > FOLLOWED_MS) this.follow();
    const { id, key } = this.current;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context, 'utf8'));
    return Buffer.concat([id, iv, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws UnknownMasterKey @throws Error when it was altered */
  unwrap(wrapped: Uint8Array, context: string): Buffer {
    const bytes = Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.byteLength);
    const id = bytes.subarray(0, ID_BYTES);
    let master = this.keyOf(id);
    if (master === undefined) {
      this.follow();
      master = this.keyOf(id);
    }
    if (master === undefined) throw new UnknownMasterKey();
    const iv = bytes.subarray(ID_BYTES, ID_BYTES + IV_BYTES);
    const decipher = createDecipheriv(CIPHER, master.key, iv, { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(context, 'utf8'));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const sealed = bytes.subarray(ID_BYTES + IV_BYTES, -TAG_BYTES);
    return Buffer.concat([decipher.update(sealed), decipher.final()]);
  }

  isCurrent(wrapped: Uint8Array): boolean {
    return this.current.id.equals(wrapped.subarray(0, ID_BYTES));
  }

  private keyOf(id: Buffer): MasterKey | undefined {
    return this.keys.find((one) => one.id.equals(id));
  }

  private follow(): void {
    if (this.readAgain !== undefined) this.keys = masterKeysOf(this.readAgain());
    this.readAtMs = performance.now();
  }

  private get current(): MasterKey {
    const [first] = this.keys;
    if (first === undefined) throw new RangeError('there is no master key');
    return first;
  }
}

/** @throws RangeError */
function masterKeysOf(texts: readonly string[]): readonly MasterKey[] {
  if (texts.length === 0) throw new RangeError('there is no master key');
  return texts.map((text) => {
    const bytes = bytesOfMasterKey(text);
    if (bytes === undefined) throw new RangeError('a master key must be 32 bytes in Base64');
    // The digest of 256 random bits tells nothing of them.
    const id = createHash('sha256').update('waybill master key ').update(bytes).digest();
    return { id: id.subarray(0, ID_BYTES), key: createSecretKey(bytes) };
  });
}

/** Reads 32 bytes in Base64 or hexadecimal; undefined for anything else. */
export function bytesOfMasterKey(text: string): Buffer | undefined {
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === KEY_BYTES ? bytes : undefined;
}

export const newMasterKey = (): string => randomBytes(KEY_BYTES).toString('base64');
