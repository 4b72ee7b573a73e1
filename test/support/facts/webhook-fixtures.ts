import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../fixtures/webhooks');

export const webhookFixture = (name: string): Buffer => readFileSync(join(folder, `${name}.json`));

export const sha256Of = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
