/** @file The headers that isolate a page from other origins, for hosts that cannot send them. */

const HEADERS = Object.freeze({
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
});

/**
 * Add the headers that a host has not sent. What it has sent stays as it is.
 * @param {Response} response Of a page or of a worker's script: browsers ask it of both.
 * @returns {Response}
 */
export function isolating(response) {
  const missing = Object.entries(HEADERS).filter(([name]) => !response.headers.has(name));
  if (missing.length === 0 || response.type === "error" || response.type === "opaqueredirect") {
    return response;
  }
  const headers = new Headers(response.headers);
  missing.forEach(([name, value]) => headers.set(name, value));
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
