/**
 * @file The page of every contender: begins with the first turn as soon as it is opened.
 *
 * The address says who and how: `?contender=ours&model=isnet_quint8&threads=2&first=photos/1.jpg`.
 * A contender is a module with a function `turn(file, options)`: it does its work once for a file
 * and resolves with a `Turn`. Nothing of it is loaded before.
 */

/**
 * Seconds of parts, how many threads were used, and the result: a PNG file, or a matte of 16 bits.
 * @typedef {{
 *   seconds: Record<string, number>, threads: number, result: Blob | Uint16Array<ArrayBuffer>,
 * }} Turn
 */

const options = Object.fromEntries(new URLSearchParams(location.search));
options.threads = Number(options.threads);

const contender = import(`./${options.page}.js`);

/** @param {string} address */
async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) {
    throw new Error(`${address}: HTTP status ${response.status}`);
  }
  return response.blob();
}

/**
 * Do the work once for a file that is already in memory.
 * @param {Blob} file
 */
async function timed(file) {
  const { turn } = await contender;
  const started = performance.now();
  const { seconds, threads, result } = await turn(file, options);
  const total = (performance.now() - started) / 1000;
  return { seconds: { ...seconds, total }, threads, result, sinceOpened: performance.now() / 1000 };
}

/** @param {Blob | Uint16Array<ArrayBuffer>} result */
async function base64(result) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(new Blob([result]));
  });
  return url.slice(url.indexOf(",") + 1);
}

const first = fetched(options.first).then(timed);
first.catch(() => {}); // it is asked for later

/** What is called from outside. */
globalThis.bench = {
  /** Wait for the first turn, which began when the page was opened. */
  async first() {
    const { result, ...answer } = await first;
    return { ...answer, isolated: crossOriginIsolated, result: await base64(result) };
  },

  /**
   * Take another turn.
   * @param {string} address Of the file.
   */
  async again(address) {
    const { result, ...answer } = await timed(await fetched(address));
    return answer;
  },
};
