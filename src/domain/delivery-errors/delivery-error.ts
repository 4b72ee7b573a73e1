/**
 * The classes of failure, by the permitted next step. `transient`: it may work later, and nothing was delivered.
 * `permanent`: it will not work for this recipient or content. `configuration`: our account or sender must be mended
 * first. `ambiguous`: it may have been delivered, so sending again may send twice.
 */
export const deliveryErrorClasses = [
  'transient',
  'permanent',
  'configuration',
  'ambiguous',
] as const;

export type DeliveryErrorClass = (typeof deliveryErrorClasses)[number];
