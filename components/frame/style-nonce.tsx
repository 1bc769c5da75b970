'use client';
import { useEffect } from 'react';

/**
 * Style elements need the answer's nonce. The dialog's scroll lock (react-remove-scroll, through get-nonce) reads this
 * global, which bundlers set where they know a nonce: https://github.com/theKashey/get-nonce
 */
export function StyleNonce({ nonce }: { nonce: string | undefined }) {
  useEffect(() => {
    Object.assign(globalThis, { __webpack_nonce__: nonce });
  }, [nonce]);
  return null;
}
