import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Not beside what is compiled: a build removes that. */
const COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/waybill', import.meta.url));

// Compiling is a good part of a start, and the result is the same every time. Where nothing can be written, for
// example in a container, it is compiled again. NODE_COMPILE_CACHE names another place: then Node itself has turned it
// on already, and this changes nothing.
enableCompileCache(COMPILE_CACHE);
await import('./command-line.js');
