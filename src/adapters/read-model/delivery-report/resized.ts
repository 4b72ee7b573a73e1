/** @returns `to` with the contents of `from` at its beginning */
export function resized<Numbers extends Float64Array | Int32Array | Uint8Array>(
  from: Numbers,
  to: Numbers,
): Numbers {
  to.set(from);
  return to;
}
