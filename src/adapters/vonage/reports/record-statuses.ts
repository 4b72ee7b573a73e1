import type { ReportStatus } from '../../../domain/report.js';

/**
 * Our statuses by the names in reports of the product MESSAGES. The first five are those of Vonage's own SDK
 * (`MessageStatus` of @vonage/reports 1.2.1); the specification of the Reports API lists none (2.1.14). `failed` is the
 * older word that some channels still report (Messages API 1.11.0).
 */
export const recordStatuses: Readonly<Record<string, ReportStatus>> = {
  submitted: 'submitted',
  delivered: 'delivered',
  read: 'read',
  rejected: 'rejected',
  undeliverable: 'undeliverable',
  failed: 'failed',
};
