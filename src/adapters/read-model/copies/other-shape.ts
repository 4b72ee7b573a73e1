import { ProjectorUnavailable } from '../../../application/errors.js';

/**
 * A copy lacks a table or a column that is read. It is another version's, as in an upgrade of one instance after the
 * other; or it was dropped a moment ago, because another one is in use. The same call succeeds later.
 */
export class OtherShape extends ProjectorUnavailable {
  constructor(reason: string) {
    super(`this list is of another version of Waybill and is made anew (${reason})`);
  }
}
