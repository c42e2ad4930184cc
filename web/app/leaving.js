/** @file Has the browser ask before the page is left, while that would lose something. */

/** @import {Queue} from "./queue.js" */

/** @param {BeforeUnloadEvent} event */
const ask = (event) => event.preventDefault();

/** @param {Queue} queue */
export function guard(queue) {
  queue.addEventListener("change", () => {
    // Only while there is need: some browsers keep no page for the Back button that listens to this.
    if (queue.photos.some(({ unsaved }) => unsaved)) {
      window.addEventListener("beforeunload", ask);
    } else {
      window.removeEventListener("beforeunload", ask);
    }
  });
}
