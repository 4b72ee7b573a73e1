import { explainDeliveryError } from '../../../../src/domain/delivery-errors/catalogue.js';

/** The title of an error code in the service's own catalogue. */
export const titleOf = (code: string): string => explainDeliveryError(code, 'rejected').title;
