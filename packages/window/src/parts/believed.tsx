import { Icon } from './icon.js';
import type { Rating } from './receipts.js';

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
