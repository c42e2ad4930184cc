/** @file Styles of modules that the element `<wasmatte-remover>` has in its shadow, for the app's document. */

/** @type {Set<string>} */
const adopted = new Set();

/** @param {string} css */
export function adopt(css) {
  if (!adopted.has(css)) {
    adopted.add(css);
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
  }
}
