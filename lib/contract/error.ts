import { z } from 'zod';

/** Every failed API answer has this body. `hint` says what the reader can do. */
export const ApiErrorBody = z.object({
  error: z.object({
    code: z.enum([
      'bad_request',
      'unauthorized',
      'forbidden',
      'not_found',
      'conflict',
      'refused',
      'unsupported_media_type',
      'unavailable',
      'internal',
    ]),
    message: z.string(),
    hint: z.string().optional(),
  }),
});
export type ApiErrorBody = z.infer<typeof ApiErrorBody>;
export type ApiErrorCode = ApiErrorBody['error']['code'];
