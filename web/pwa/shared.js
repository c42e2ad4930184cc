/** @file Photos that other apps share with this one: the service worker takes them, the page asks for them. */

/** The path that the manifest's share_target posts to. */
export const SHARE = "share";

const NAME = "Wasmatte-File-Name";

/** The photos of one site that wait for its page. */
export class Shared {
  #name;

  /** @param {string} scope Address of the site's folder; ends with `/`. */
  constructor(scope) {
    this.scope = scope;
    this.#name = `wasmatte-shared ${scope}`;
  }

  /**
   * Keep the files of a form, and send the browser on to the page.
   * @param {Request} request
   */
  async receive(request) {
    const form = await request.formData();
    const cache = await caches.open(this.#name);
    for (const file of form.getAll("photos")) {
      if (file instanceof File) {
        const headers = { "Content-Type": file.type, [NAME]: encodeURIComponent(file.name) };
        await cache.put(new URL(crypto.randomUUID(), this.scope), new Response(file, { headers }));
      }
    }
    return Response.redirect(this.scope, 303);
  }

  /**
   * Give the files, in their order, and forget them.
   * @returns {Promise<File[]>}
   */
  async take() {
    if (!(await caches.has(this.#name))) {
      return [];
    }
    const cache = await caches.open(this.#name);
    const files = [];
    for (const request of await cache.keys()) {
      const response = /** @type {Response} */ (await cache.match(request));
      const name = decodeURIComponent(response.headers.get(NAME) ?? "");
      const type = response.headers.get("Content-Type") ?? "";
      // Read now: the file must outlive the cache that it lies in.
      files.push(new File([await response.arrayBuffer()], name, { type }));
    }
    await caches.delete(this.#name);
    return files;
  }
}
