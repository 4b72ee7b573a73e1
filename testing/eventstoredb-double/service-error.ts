import { Metadata, type ServiceError, type status } from '@grpc/grpc-js';

/** An error as gRPC transports it; EventStoreDB names the exception in the trailer `exception`. */
export function serviceError(
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): ServiceError {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
}
