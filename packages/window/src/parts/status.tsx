import type { ReactNode } from 'react';
import type { MessageStatus } from 'waybill-client';
import { statuses, type Family } from '../data/statuses.js';
import { Icon } from './icon.js';
import type { Shape } from './shapes.js';

/** A status: shape, word and colour together. */
export function Status({
  status,
  size = 16,
}: {
  readonly status: MessageStatus;
  readonly size?: number;
}) {
  const { word, family, shape } = statuses[status];
  return (
    <span className={`st ${family}`}>
      <Icon shape={shape} size={size} />
      {word}
    </span>
  );
}

export function Tag({
  family,
  shape,
  children,
}: {
  readonly family: Family;
  readonly shape?: Shape;
  readonly children: ReactNode;
}) {
  return (
    <span className={`tag ${family}`}>
      {shape !== undefined && <Icon shape={shape} size={14} />}
      {children}
    </span>
  );
}

export const Contradicted = () => (
  <Tag family="clash" shape="clash">
    Contradicted
  </Tag>
);
