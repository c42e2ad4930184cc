/** @file How photos come in: chosen, dropped (folders too), pasted. */

/**
 * @param {object} page
 * @param {HTMLElement} page.zone Shows that something may be dropped.
 * @param {HTMLInputElement} page.input
 * @param {(files: File[]) => void} page.take
 */
export function takeIn({ zone, input, take }) {
  input.onchange = () => {
    take([...(input.files ?? [])]);
    input.value = ""; // so that the same file can be chosen again
  };
  /** @param {DragEvent} event */
  const dragged = (event) => {
    event.preventDefault();
    zone.classList.toggle("over", event.type === "dragover");
  };
  document.addEventListener("dragover", dragged);
  document.addEventListener("dragleave", dragged);
  document.addEventListener("drop", async (event) => {
    dragged(event);
    take(await dropped(event.dataTransfer));
  });
  document.addEventListener("paste", (event) => {
    const target = /** @type {Element | null} */ (event.target);
    if (target?.closest?.("input, textarea") == null) {
      take([...(event.clipboardData?.files ?? [])]);
    }
  });
}

/** @param {DataTransfer | null} data */
async function dropped(data) {
  // Asked for at once: what was dropped is gone after the event.
  const entries = [...(data?.items ?? [])].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = [...(data?.files ?? [])];
  if (!entries.some((entry) => entry?.isDirectory)) {
    return files;
  }
  const found = await Promise.all(entries.map((entry) => (entry === null ? [] : within(entry))));
  return found.flat().sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
}

/**
 * Give the pictures of a folder, and of those in it, as far as they can be read; a single file whatever
 * it is.
 * @param {FileSystemEntry} entry
 * @returns {Promise<File[]>}
 */
async function within(entry) {
  if (entry.isFile) {
    const file = /** @type {FileSystemFileEntry} */ (entry);
    return new Promise((resolve) => file.file((some) => resolve([some]), () => resolve([])));
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (entry).createReader();
  /** @type {File[]} */
  const files = [];
  for (;;) {
    /** @type {FileSystemEntry[]} */
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0) {
      return files;
    }
    for (const each of some) {
      files.push(...(await within(each)).filter((file) => file.type.startsWith("image/")));
    }
  }
}
