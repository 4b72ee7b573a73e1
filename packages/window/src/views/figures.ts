/** The views with charts: one file, so that the library of charts comes with one request. */
import '../parts/common.js';
export { Overview } from './overview.js';
export { Reports } from './reports.js';
