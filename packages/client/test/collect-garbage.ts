import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Collects garbage, also the request whose answer is being read: then the signal of the request aborts nothing any more. */
export const collectGarbage = runInNewContext('gc') as () => void;
