/** The rows of a key store. Their meaning is `TableKeyStore`'s. */
export interface KeyTable {
  /** Stores the secret unless there is one. @returns the stored one, after the commit */
  secret(proposed: Buffer): Promise<Buffer>;
  contact(hash: Buffer): Promise<string | undefined>;
  /** Stores the id unless there is one. @returns the stored one, after the commit */
  addContact(hash: Buffer, proposedId: string): Promise<string>;
  close(): Promise<void>;
}
