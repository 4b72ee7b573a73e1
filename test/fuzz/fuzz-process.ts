import { fuzz, type FuzzOptions } from './fuzz.js';

// A process of its own, because one thread can neither make nor answer as many requests as the machine could.
process.once('message', (options: FuzzOptions) => void answer(options));
process.once('disconnect', () => process.exit());

async function answer(options: FuzzOptions): Promise<void> {
  const result = await fuzz(options);
  process.send?.(result, () => process.disconnect());
}
