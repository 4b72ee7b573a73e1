import type { components, operations } from './schema.js';

export type Message = components['schemas']['Message'];
export type MessageStatus = Message['status'];
export type SendAnswer = components['schemas']['SendAnswer'];
export type SendRequest = NonNullable<
  operations['sendMessage']['requestBody']
>['content']['application/json'];
export type MessageFilter = NonNullable<operations['listMessages']['parameters']['query']>;
export type MessagePage =
  operations['listMessages']['responses'][200]['content']['application/json'];
export type ListedMessage = MessagePage['items'][number];
