/** @file Boots Pyodide, unpacks the bundle and runs pytest; posts events as JSON texts. */

import { loadPyodide } from "./pyodide/pyodide.mjs";

const SUITE = "/suite";

const send = (event) => self.postMessage(JSON.stringify(event));

const fetched = async (url) => {
  const response = await fetch(url);
  if (!response.ok) {
    throw new Error(`${url}: HTTP ${response.status}`);
  }
  return response.arrayBuffer();
};

self.onunhandledrejection = ({ reason }) => send({ event: "crash", reason: String(reason) });

self.onmessage = async ({ data: { packages, tests } }) => {
  try {
    const log = (line) => send({ event: "log", line });
    const pyodide = await loadPyodide({ stdout: log, stderr: log });
    await pyodide.loadPackage(packages, { messageCallback: () => {}, errorCallback: log });
    pyodide.unpackArchive(await fetched("suite.zip"), "zip", { extractDir: SUITE });
    pyodide.runPython(`import sys; sys.path[:0] = ["${SUITE}", "${SUITE}/lib"]`);
    const { main } = pyodide.pyimport("tests.tab.inside");
    const post = (text) => self.postMessage(text);
    await main.callPromising(SUITE, JSON.stringify(packages), JSON.stringify(tests), post);
  } catch (error) {
    send({ event: "crash", reason: String(error.stack ?? error) });
  }
};
