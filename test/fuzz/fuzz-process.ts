import { fuzz, type FuzzOptions, type FuzzResult } from './fuzz.js';

// A process of its own, because one thread can neither make nor answer as many requests as the machine could.
process.once('message', (options: FuzzOptions) => {
  void fuzz(options).then((result: FuzzResult) => {
    process.send?.(result, () => process.disconnect());
  });
});
process.once('disconnect', () => process.exit());
