import { Tag } from './status.js';

/** What a rating of receipts means for the reader. */
export const meanings = {
  reliable: 'A “delivered” from here can be believed.',
  limited:
    'Some receipts from here are false or missing: a phone may have it all the same, or not.',
  unknown: 'How far a receipt from here can be believed is not known.',
} as const;

export type Rating = keyof typeof meanings;

export function Receipts({ rating }: { readonly rating: Rating }) {
  switch (rating) {
    case 'reliable':
      return (
        <Tag family="arrived" shape="check">
          Receipts reliable
        </Tag>
      );
    case 'limited':
      return (
        <Tag family="doubt" shape="unconfirmed">
          Receipts doubtful
        </Tag>
      );
    case 'unknown':
      return <Tag family="closed">Receipts not rated</Tag>;
  }
}
