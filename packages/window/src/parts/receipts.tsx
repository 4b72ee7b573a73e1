import { Icon } from './icon.js';
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

/** Whether a receipt from there can be believed. */
export const Believed = ({ rating }: { readonly rating: Rating | undefined }) => {
  if (rating === undefined || rating === 'unknown') return <span className="quiet">not rated</span>;
  const [family, shape, word] = believed[rating];
  return (
    <span className={`st ${family}`}>
      <Icon shape={shape} size={14} />
      {word}
    </span>
  );
};

const believed = {
  reliable: ['arrived', 'check', 'Reliable'],
  limited: ['doubt', 'unconfirmed', 'Doubtful'],
} as const;
