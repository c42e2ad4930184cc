/** @file Starts Python, and loads its packages: Pyodide, whose failures become errors. */

/**
 * Start Python.
 *
 * `loadPyodide` does not settle when one of its files cannot be fetched, compiled or used: it prints
 * that, or leaves a rejection that nobody handles.
 * @param {string} url Of Pyodide's folder; ends with `/`.
 * @param {() => void} running Called when Python's program is there and begins to run.
 * @returns {Promise<any>} Pyodide.
 */
export async function startPython(url, running) {
  const { loadPyodide } = await import(`${url}pyodide.mjs`);
  const { instantiateStreaming } = WebAssembly;
  let runs = false;
  const fsInit = async () => {
    runs = true;
    running();
  };
  /** @type {(reason: unknown) => void} */
  let fail = () => {};
  const failed = new Promise((_, reject) => {
    fail = reject;
  });
  const check = () => runs || fail(new Error("pyodide.asm.wasm is not of this version"));
  const refuse = (/** @type {PromiseRejectionEvent} */ event) => {
    event.preventDefault();
    fail(event.reason);
  };
  WebAssembly.instantiateStreaming = (source, imports) => {
    const program = instantiateStreaming(typed(source), imports);
    program.then(() => setTimeout(check), fail); // what is right runs before the next task
    return program;
  };
  self.addEventListener("unhandledrejection", refuse);
  try {
    return await Promise.race([loadPyodide({ indexURL: url, fsInit }), failed]);
  } finally {
    self.removeEventListener("unhandledrejection", refuse);
    WebAssembly.instantiateStreaming = instantiateStreaming;
  }
}

/**
 * Give a program the type without which it is not compiled: not every host knows it.
 * @param {Response | PromiseLike<Response>} source
 */
async function typed(source) {
  const response = await source;
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok || type.startsWith("application/wasm") || type.startsWith("text/html")) {
    return response; // the browser says what is wrong with it
  }
  return new Response(response.body, { headers: { "Content-Type": "application/wasm" } });
}

/**
 * Load a package of the site's lock file, and what it needs. What comes damaged, or not at all, is
 * fetched once more, past the browser's own cache, which may hold the damaged file.
 * @param {any} pyodide
 * @param {string} name
 */
export async function loadPackage(pyodide, name) {
  if ((await packageErrors(pyodide, [name])).length === 0) {
    return;
  }
  const kept = self.fetch;
  self.fetch = (source, options) => kept(source, { ...options, cache: "reload" });
  try {
    // Each by its name: Pyodide looks at what a package needs only if it has not loaded that itself.
    const errors = await packageErrors(pyodide, [name, ...pyodide.lockfile.packages[name].depends]);
    if (errors.length > 0) {
      throw new Error(errors.join(" "));
    }
  } finally {
    self.fetch = kept;
  }
}

/**
 * Try to load packages, and give what Pyodide would only print.
 * @param {any} pyodide
 * @param {string[]} names
 */
async function packageErrors(pyodide, names) {
  /** @type {string[]} */
  const errors = [];
  await pyodide.loadPackage(names, {
    messageCallback: () => {},
    errorCallback: (/** @type {string} */ line) => errors.push(line),
  });
  return errors;
}
