import type { Sending } from '../data/operations.js';
import { Tag } from './status.js';

export function SendingTag({ state }: { readonly state: Sending['state'] }) {
  switch (state) {
    case 'flowing':
      return (
        <Tag family="moving" shape="arrow">
          Flowing
        </Tag>
      );
    case 'held':
      return (
        <Tag family="doubt" shape="warn">
          Held
        </Tag>
      );
    case 'backing-off':
      return (
        <Tag family="doubt" shape="scheduled">
          Slowed down
        </Tag>
      );
  }
}
