/** Views that few people open first: one file, so that the first view of all others is smaller. */
import '../parts/common.js';
export { Inbound } from './inbound.js';
export { Inspector } from './inspector.js';
export { Operations } from './operations.js';
export { PersonView } from './person/person.js';
