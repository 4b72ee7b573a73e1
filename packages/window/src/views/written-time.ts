/** Reads a time as people write it, with the library for it: a file of its own, which comes after the page. */
import '../parts/common.js';
export { readTime } from '../data/read-time.js';
