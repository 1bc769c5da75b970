import { ApiError, toApiError } from './api-error.ts';

async function send(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new ApiError(
      { code: 'offline', status: 0, message: 'The Uncrash server does not answer.' },
      { cause },
    );
  });
  if (!response.ok) throw await toApiError(response);
  return response;
}

/** GET of a view. The types are the contract's; the server validates, the browser trusts its own server. */
export async function fetchJson<T>(url: string): Promise<T> {
  const response = await send(url, { headers: { accept: 'application/json' } });
  return (await response.json()) as T;
}

/** POST with a JSON body. Throws ApiError, also when nobody answers. */
export async function postJson<T>(url: string, body: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal,
  });
  return (await response.json()) as T;
}
