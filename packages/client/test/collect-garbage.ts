import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Node keeps a request weakly while its answer is read: once it is collected, its signal breaks nothing off any more. */
export const collectGarbage = runInNewContext('gc') as () => void;
