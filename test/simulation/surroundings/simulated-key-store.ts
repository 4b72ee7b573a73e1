import { createHmac } from 'node:crypto';
import { uuidIdentifiers } from '../../../src/adapters/system/uuid-identifiers.js';
import type { HashPurpose, KeyStore } from '../../../src/application/ports/key-store.js';
import { contactStream } from '../../../src/application/streams.js';
import type { Life, Scheduler } from '../scheduler.js';
import { through } from './through.js';

/** The secrets that all instances share. */
export class SimulatedKeyStore implements KeyStore {
  private readonly contacts = new Map<string, string>();

  constructor(private readonly scheduler: Scheduler) {}

  for(life: Life): KeyStore {
    const { scheduler } = this;
    const time = (): number => scheduler.between(0.05, 1);
    return through<KeyStore>(scheduler, life, this, {
      times: () => ({ toEffect: time(), toAnswer: time() }),
    });
  }

  /** The stream of a contact; no stream has this name while nothing was said about the number. */
  contactStreamOf(number: string): string {
    return contactStream(this.contacts.get(number) ?? 'unknown');
  }

  async keyedHash(purpose: HashPurpose, text: string): Promise<Buffer> {
    return createHmac('sha256', 'simulated').update(`${purpose} ${text}`).digest();
  }

  async contactIdOf(number: string): Promise<string> {
    const id = this.contacts.get(number) ?? uuidIdentifiers.idOf('simulated contact', number);
    this.contacts.set(number, id);
    return id;
  }

  async findContactId(number: string): Promise<string | undefined> {
    return this.contacts.get(number);
  }

  async close(): Promise<void> {}
}
