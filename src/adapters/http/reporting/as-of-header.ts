import type { Response } from 'express';
import type { AsOf } from '../../../application/reporting/as-of.js';

export const AS_OF_HEADER = 'Waybill-As-Of';

/** Sets a header for bodies without a field for it: everything recorded before this time is included. */
export function tellAsOf(response: Response, { time }: AsOf): void {
  if (time !== null) response.setHeader(AS_OF_HEADER, time);
}
