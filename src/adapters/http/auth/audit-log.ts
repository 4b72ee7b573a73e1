/** Names the log that says who signed in and who saw what. */
export const AUDIT_LOG = Symbol('AUDIT_LOG');
